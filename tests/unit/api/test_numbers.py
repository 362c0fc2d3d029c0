"""Whole numbers that no database keeps: refused wherever they stand."""

import re
from collections.abc import Iterator
from typing import Any

import httpx

from trailmark.api import application
from trailmark.drivers import catalog
from trailmark.tests import databases
from trailmark.tests.unit.api import conforming, served

_BEYOND = (str(2**63), '9' * 20, '9' * 5000)


def _questions(said: str) -> Iterator[str]:
    """Paths and queries with a number wherever one may stand."""
    for path, methods in conforming.DOCUMENT['paths'].items():
        for each in methods.get('get', {}).get('parameters', ()):
            known = each['schema']
            if each['in'] == 'query' and 'integer' in (
                known.get('type'),
                known.get('items', {}).get('type'),
            ):
                filled = re.sub('{[^}]*}', '1', path)
                yield f'{filled}?{each["name"]}={said}'
    for name in ('clusters', 'plugins', 'releases', 'nodes', 'runs', 'graphs'):
        yield f'/api/v1/{name}/{said}'
    for name in ('tasks', 'transactions', 'sequences'):
        yield f'/api/v1/{name}/{said}'
    yield f'/api/v1/releases/{said}/deployment_graphs'
    yield f'/api/v1/runs?cluster={said}'
    yield f'/api/v1/nodes?cluster={said}'
    yield f'/v1.1/x/clusters/{said}'
    yield f'/v2/clusters/{said}'
    yield f'/v2.1/servers/{said}'
    yield f'/v2.1/servers/{said}/os-instance-actions'
    yield f'/v2.1/servers/{said}/tasks/{said}'


class NumbersTest(served.ApiTestCase):
    def of(self, dialect: str) -> httpx.Client:
        """A client of an API over such a database."""
        api = application.Application(
            databases.shared(dialect),
            self.engine,
            catalog.catalog(),
            30.0,
            served.planner(),
        )
        client = httpx.Client(
            transport=httpx.WSGITransport(api), base_url='http://trailmark'
        )
        self.addCleanup(client.close)
        return client

    def assert_all_refused(self, dialect: str) -> None:
        """Everywhere, on a database of such a kind."""
        if databases.why_not(dialect):
            self.skipTest(databases.why_not(dialect))
        client = self.of(dialect)
        for said in _BEYOND:
            for url in _questions(said):
                with self.subTest(f'{dialect} {url[:90]}'):
                    answer = client.get(url)
                    self.assertEqual(400, answer.status_code, answer.text)

    def test_they_are_refused_in_paths_and_queries_on_sqlite(self) -> None:
        self.assert_all_refused('sqlite')

    def test_they_are_refused_on_postgresql(self) -> None:
        self.assert_all_refused('postgresql')

    def test_they_are_refused_on_mariadb(self) -> None:
        self.assert_all_refused('mysql')

    def test_they_are_refused_in_bodies(self) -> None:
        for said in ('9' * 5000, '-' + '9' * 5000, str(2**63), '1e400'):
            with self.subTest(said[:20]):
                body = f'{{"name": "x", "release": {said}}}'
                answer = self.client.post('clusters', content=body)
                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertIn('can not be read', str(error['problems']))

    def test_they_are_refused_in_files(self) -> None:
        for said in ('0x' + 'f' * 5000, '0b' + '1' * 64, str(2**63)):
            with self.subTest(said[:20]):
                answer = self._lint(f'{{id: a, type: noop, x: {said}}}')
                found = str(answer.json()['problems'])
                self.assertIn('is beyond 64 bits', found)

    def test_numbers_in_texts_are_bounded_too(self) -> None:
        many = '9' * 5000
        for said in (f"version: '{many}.0.0'", f"fault_tolerance: '{many}%'"):
            with self.subTest(said[:20]):
                answer = self._lint(
                    f'{{id: a, type: group, roles: [web], {said}}}'
                )
                self.assertEqual(200, answer.status_code)
                self.assertTrue(answer.json()['problems'])

    def test_a_whole_number_may_have_a_point(self) -> None:
        self.dry_run()
        number = self.client.get(f'clusters/{self.name}').json()['id']

        for said, status in ((number, 201), (2**52, 404)):
            body = {'cluster': float(said), 'dry_run': True}
            answer = self.client.post('runs', json=body)
            self.assertEqual(status, answer.status_code, answer.text)

    def test_a_name_of_many_digits_is_a_name(self) -> None:
        self.name = '9' * 20 + self.name[-6:].translate(_TO_DIGITS)
        self.dry_run()

        answer = self.client.get(f'clusters/{self.name}')

        self.assertEqual(self.name, answer.json()['name'])

    def _lint(self, task: str) -> httpx.Response:
        files: dict[str, Any] = {
            'nodes.yaml': served.NODES,
            'release/default.yaml': f'[{task}]',
        }
        return self.client.post('graphs/lint', json={'files': files})


_TO_DIGITS = str.maketrans('abcdef-_', '12345678')
