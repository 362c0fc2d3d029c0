"""Secrets of graphs: masked, handed out to some, never replaced by masks."""

from typing import Any

import httpx

from trailmark.tests.unit.api import secured, served

_SECRET = 'pa55/word "x"'
_TASK: dict[str, Any] = {
    'id': 'a',
    'type': 'shell',
    'version': '2.0.0',
    'roles': ['web'],
    'parameters': {
        'cmd': f'mysql --password {_SECRET}',
        'auth': {'password': _SECRET, 'port': 33061},
    },
    'secrets': ['auth'],
}


class _SecretTest(secured.SecuredTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.maria = self.asks('maria')
        self._send('POST', 'releases', json={'name': self.name})
        graph = f'releases/{self.name}/deployment_graphs'
        self.graph = f'{graph}/default'
        self._send('POST', self.graph, json={'tasks': [_TASK]})

    def _send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        answer = self.maria.request(method, f'/api/v1/{path}', **sent)
        self.assertLess(answer.status_code, 300, answer.text)
        return answer

    def _read(self, who: str, path: str, **query: Any) -> httpx.Response:
        return self.asks(who).get(f'/api/v1/{path}', params=query or None)

    def _paths(self) -> tuple[str, ...]:
        number = self._read('rita', self.graph).json()['id']
        of = f'?release={self.name}'
        return (
            self.graph,
            f'releases/{self.name}/deployment_graphs',
            f'releases/{self.name}/deployment_tasks',
            f'graphs/{number}',
            'graphs',
            f'graphs/revisions/1{of}',
        )


class MaskedTest(_SecretTest):
    def test_nobody_is_shown_a_secret_who_does_not_ask_for_it(self) -> None:
        for user in secured.ROLES:
            for path in self._paths():
                with self.subTest(f'{user} {path}'):
                    answer = self._read(user, path)
                    self.assertEqual(200, answer.status_code)
                    self.assertIn('***', answer.text)
                    for part in ('pa55', '33061'):
                        self.assertNotIn(part, answer.text)

    def test_members_are_handed_out_secrets_that_they_ask_for(self) -> None:
        for path in self._paths():
            with self.subTest(path):
                answer = self.maria.get(
                    f'/api/v1/{path}'
                    + ('&' if '?' in path else '?')
                    + 'with_secrets=1'
                )
                self.assertIn('pa55', answer.text)

    def test_readers_are_refused_secrets(self) -> None:
        answer = self._read('rita', self.graph, with_secrets='true')
        self.assert_refused(answer, 403, 'forbidden')

    def test_what_is_handed_out_stands_in_the_audit(self) -> None:
        self._read('maria', self.graph, with_secrets=1)
        self._read('maria', self.graph)
        rows = self._read('rita', 'audit', user='maria', limit=9).json()
        name = f'default of release {self.name}'
        found = [row['event'] for row in rows['audit'] if row['name'] == name]
        self.assertEqual(['secrets', 'uploaded'], found)


class UploadTest(_SecretTest):
    def test_a_mask_never_takes_the_place_of_a_secret(self) -> None:
        shown = self._read('rita', self.graph, as_written=1).json()
        masked = {'tasks': shown['tasks']}
        cmd = {**_TASK, 'parameters': dict(_TASK['parameters'])}
        cmd['parameters']['cmd'] = shown['tasks'][0]['parameters']['cmd']
        for body in (masked, {'tasks': [cmd]}):
            with self.subTest(body):
                answer = self.maria.put(f'/api/v1/{self.graph}', json=body)
                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertIn('masked', error['message'])
        stored = self._read('maria', self.graph, with_secrets=1).text
        self.assertIn('pa55', stored)

    def test_other_fields_change_without_the_secret_being_sent(self) -> None:
        self._send('PATCH', self.graph, json={'name': 'new'})
        stored = self._read('maria', self.graph, with_secrets=1).text
        self.assertIn('pa55', stored)

    def test_a_text_of_stars_may_stand_where_no_secret_is(self) -> None:
        task = {**_TASK, 'parameters': {'cmd': "echo '***'"}, 'secrets': []}
        self._send('PUT', self.graph, json={'tasks': [task]})

    def test_an_error_does_not_echo_a_secret(self) -> None:
        parameters = {'cmd': [_SECRET], 'timeout': _SECRET}
        task = {**_TASK, 'parameters': parameters, 'secrets': ['timeout']}
        for path, body in (
            (self.graph, {'tasks': [task]}),
            ('graphs/lint', {'files': {'release/default.yaml': str([task])}}),
        ):
            method = 'POST' if 'lint' in path else 'PUT'
            answer = self.maria.request(method, f'/api/v1/{path}', json=body)
            self.assertNotIn('pa55', answer.text)


class ClusterTest(served.ApiTestCase):
    def test_what_one_level_calls_secret_is_secret_in_all(self) -> None:
        release = (
            f'[{{id: a, type: shell, version: 2.0.0, roles: [web], {_P}}}]'
        )
        own = release.replace('first-pw', 'second-pw').replace(
            'type', 'secrets: [env.PW], type'
        )
        files = {
            'nodes.yaml': served.NODES,
            'release/default.yaml': release,
            'cluster/default.yaml': own,
        }
        self.deploy(files=files, dry_run=True)
        for path in ('', '/own', '/release'):
            url = f'clusters/{self.name}/deployment_tasks{path}'
            text = self.client.get(url, params={'provenance': 1}).text
            self.assertIn('***', text)
            self.assertNotIn('-pw', text)


_P = "parameters: {cmd: 'true', env: {PW: first-pw}}"
