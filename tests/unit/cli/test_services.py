"""Commands where runs are driven by engines that are services."""

import json
from unittest import mock

import testtools

from trailmark.cli import driving
from trailmark.tests.unit.cli import double

_ALIVE = {
    'kind': 'engine',
    'name': 'e1',
    'node': None,
    'host': 'h',
    'pid': 1,
    'version': '1',
    'state': 'alive',
    'holds': 0,
    'started_at': '2024-01-01T12:00:00.000000',
    'seen_at': '2024-01-01T12:00:00.000000',
    'message': None,
}
_AGENT = {**_ALIVE, 'kind': 'agent', 'node': 'n1', 'state': 'unassigned'}


class ServicesTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.link = double.Link(self.api)
        self.link.hands_over = True
        self.api.answer('GET', 'services', {'services': [_ALIVE, _AGENT]})
        self.api.answer('GET', 'runs/3/nodes', {'nodes': []})
        self.api.answer(
            'GET', 'runs/3/transitions', {'transitions': [], 'next': None}
        )

    def _executed(self, status: str) -> None:
        begun = {'run': double.run_document('pending'), 'warnings': []}
        self.api.answer('POST', 'runs', begun, status=201)
        ended = {'run': double.run_document(status)}
        self.api.answer('GET', 'runs/3', ended)

    def _execute(self, *words: str) -> double.Said:
        return double.call(
            self.link, *('run', 'execute', '--cluster', 'c'), *words,
            '--type', 'default',
        )  # fmt: skip

    def test_a_run_is_followed_to_its_end(self) -> None:
        self._executed('error')

        said = self._execute()

        self.assertEqual(1, said.code)
        self.assertNotIn('this machine', said.out)
        self.assertIn('Run 3 ended in error', said.out)

    def test_a_detached_run_is_not_followed(self) -> None:
        self._executed('running')

        said = self._execute('--detach')

        self.assertEqual(0, said.code)
        self.assertIn('trailmark run watch 3', said.out)
        self.assertIn('trailmark run stop 3', said.out)

    def test_interrupting_only_ends_the_watching(self) -> None:
        self._executed('running')

        with mock.patch.object(
            driving, 'watch', side_effect=KeyboardInterrupt
        ):
            said = self._execute()

        self.assertEqual(130, said.code)
        self.assertIn('Run 3 goes on', said.out)
        self.assertEqual([], self.api.asked('POST', 'runs/3/stop'))

    def test_nothing_is_detached_from_a_run_of_this_process(self) -> None:
        self.link.hands_over = False

        said = self._execute('--detach')

        self.assertEqual(2, said.code)
        self.assertIn('transport_url is not set', said.err)
        self.assertEqual([], self.api.asked('POST', 'runs'))

    def test_a_run_without_any_engine_is_warned_of(self) -> None:
        dead = {**_ALIVE, 'state': 'dead'}
        self.api.answers['GET', 'services'] = [(200, {'services': [dead]})]
        self._executed('ready')

        said = self._execute('--detach')

        self.assertIn('no engine is alive', said.err)

    def test_services_are_listed(self) -> None:
        said = double.call(
            self.link, 'service', 'list', '--kind', 'agent', '-f', 'json'
        )

        [row] = json.loads(said.out)
        self.assertEqual(('n1', 'unassigned'), (row['node'], row['state']))
