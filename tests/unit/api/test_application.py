"""Requests that no view answers, and what went wrong in views."""

import contextlib
import dataclasses
from typing import Any
from unittest import mock

from werkzeug import Request
from werkzeug.test import create_environ

from trailmark.api import application, routes
from trailmark.api.openapi import bodies
from trailmark.common import exceptions
from trailmark.tests.unit.api import served


class ApplicationTest(served.ApiTestCase):
    def test_an_unknown_path_is_404(self) -> None:
        answer = self.client.get('nothing')

        self.assert_refused(answer, 404, 'not_found')

    def test_another_method_is_405_and_says_which_are_allowed(self) -> None:
        answer = self.client.put('runs/1')

        self.assert_refused(answer, 405, 'method_not_allowed')
        self.assertEqual('DELETE, GET, HEAD', answer.headers['Allow'])

    def test_no_method_and_path_stand_twice_in_the_routes(self) -> None:
        pairs = [(method, path) for method, path, _view in routes.ROUTES]

        self.assertEqual(len(pairs), len(set(pairs)))

    def test_what_is_not_json_is_400(self) -> None:
        answer = self.client.post('deployments', content=b'{"name": ')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn('not JSON', error['message'])

    def test_what_is_nested_too_deep_is_400(self) -> None:
        answer = self.client.post('graphs/lint', content=b'[' * 100_000)

        self.assert_refused(answer, 400, 'invalid_input')

    def test_what_is_too_large_is_413(self) -> None:
        with mock.patch.object(bodies, 'LARGEST', 10):
            answer = self.client.post('graphs/lint', json={'name': 'x' * 20})

        self.assert_refused(answer, 413, 'body_too_large')

    def test_every_wrong_key_of_a_body_is_named_at_once(self) -> None:
        body = {**self.deployment(), 'dry_run': 'yes', 'colour': 1, 'name': ''}

        answer = self.client.post('deployments', json=body)

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual(3, len(error['problems']))
        self.assertEqual(
            {'dry_run', 'name', 'colour'},
            {problem['field'] for problem in error['problems']},
        )

    def test_a_view_that_breaks_is_500_without_a_trace(self) -> None:
        def broken(*_arguments: Any) -> Any:
            raise ValueError('hunter2')

        with _view_of('runs', broken), self.assertLogs('trailmark') as log:
            answer = self.client.get('runs')

        error = self.assert_refused(answer, 500, 'unexpected')
        self.assertNotIn('hunter2', answer.text)
        self.assertIn(error['id'], log.output[0])

    def test_a_database_that_is_away_is_503(self) -> None:
        def away(*_arguments: Any) -> Any:
            raise exceptions.DatabaseUnavailable(
                reason='postgresql://me:hunter2@host is away'
            )

        with _view_of('runs', away), self.assertLogs('trailmark'):
            answer = self.client.get('runs')

        self.assert_refused(answer, 503, 'database_unavailable')
        self.assertNotIn('hunter2', answer.text)


def _view_of(
    _path: str, view: Any
) -> contextlib.AbstractContextManager[object]:
    route, _said = application._found(Request(create_environ('/api/v1/runs')))
    broken = dataclasses.replace(route, view=view)
    return mock.patch.object(application, '_found', lambda _: (broken, {}))
