"""The document tells of every route."""

import unittest
from typing import Any

import jsonschema

from trailmark.api import guards, routes
from trailmark.api.openapi import catalog, document
from trailmark.tests.unit.api import served


def _operations(told: Any) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f'{method.upper()} {path}', one)
        for path, methods in told['paths'].items()
        for method, one in methods.items()
    ]


class DocumentTest(unittest.TestCase):
    def setUp(self) -> None:
        self.told = document.build(routes.ROUTES, catalog.OPERATIONS)
        self.operations = _operations(self.told)

    def test_every_route_is_there(self) -> None:
        expected = {
            f'{method} {document.path_of(path)}'
            for method, path, _view in routes.ROUTES
        }

        self.assertEqual(expected, {name for name, _one in self.operations})

    def test_a_route_without_an_operation_is_named(self) -> None:
        def explode(_call: Any) -> Any:
            """Would never be found."""

        added = ('GET', '/api/v1/bombs', explode)

        with self.assertRaisesRegex(LookupError, 'GET /api/v1/bombs.*explode'):
            document.build((*routes.ROUTES, added), catalog.OPERATIONS)

    def test_no_operation_is_of_no_route(self) -> None:
        served_ones = {
            guards.name_of(view) for _method, _path, view in routes.ROUTES
        }
        # Two levels have the same views, of which one has not all.
        idle = set(catalog.OPERATIONS) - served_ones

        self.assertEqual(
            {
                f'{level}_graphs:{name}'
                for level in ('release', 'plugin', 'cluster')
                for name in (
                    *('list_all', 'show_by_id', 'update_by_id'),
                    *('delete_by_id', 'upload'),
                )
            }
            | {
                f'owned_graphs:{name}'
                for name in ('index', 'show', 'create', 'update', 'delete')
            },
            idle,
        )

    def test_each_says_what_it_does_takes_and_answers(self) -> None:
        names = [one['operationId'] for _name, one in self.operations]
        self.assertEqual(len(names), len(set(names)))
        for name, one in self.operations:
            with self.subTest(name):
                self.assertTrue(one['summary'])
                self.assertTrue(any(each < '3' for each in one['responses']))
                self.assertIn('400', one['responses'])

    def test_what_changes_something_by_more_than_its_path_has_a_body(
        self,
    ) -> None:
        bare = {
            name
            for name, one in self.operations
            if name.startswith(('POST', 'PATCH')) and 'requestBody' not in one
        }

        self.assertEqual(set(), bare)

    def test_every_schema_is_one(self) -> None:
        for name, one in self.operations:
            with self.subTest(name):
                for each in one['parameters']:
                    _check(each['schema'])
                for each in one.get('requestBody', {}).get('content', {}):
                    _check(one['requestBody']['content'][each]['schema'])
        for schema in self.told['components']['schemas'].values():
            _check(schema)


class DescriptionsTest(served.ApiTestCase):
    def test_it_is_answered_as_it_is(self) -> None:
        answer = self.client.get('http://trailmark/openapi.json')

        told = document.build(routes.ROUTES, catalog.OPERATIONS)
        self.assertEqual('3.1.0', answer.json()['openapi'])
        self.assertEqual(told['paths'].keys(), answer.json()['paths'].keys())


def _check(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
