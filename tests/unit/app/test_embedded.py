"""Trailmark in one process, with its real engine and agent."""

import contextlib
import logging
import os
import pathlib
import tempfile
import unittest
from typing import Any
from unittest import mock

from trailmark.app import embedded

NODES = """
- {name: n1, roles: [web]}
- {name: n2, roles: [web, db]}
"""
TASKS = """
- {id: prepare, type: shell, version: 2.0.0, roles: [web],
   required_for: [ready],
   parameters: {cmd: 'echo done', timeout: 20}}
- {id: ready, type: stage}
- {id: serve, type: shell, version: 2.0.0, roles: [db], requires: [ready],
   secrets: [cmd],
   parameters: {cmd: 'test -e open || { echo closed; exit 3; }',
                timeout: 20, retries: 0}}
"""


class EmbeddedTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name) / 'state'
        root = logging.getLogger()
        self.addCleanup(setattr, root, 'handlers', list(root.handlers))
        environment = mock.patch.dict(
            os.environ, TRAILMARK_STATE=str(self.state)
        )
        environment.start()
        self.addCleanup(environment.stop)
        self.opened = self.enterContext(
            contextlib.closing(embedded.Embedded())
        )

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        answer = self.opened.client.request(
            method, f'/api/v1/{path}', json=body or None
        )
        self.assertLess(answer.status_code, 400, answer.text)
        return answer.json()

    def _deploy(self) -> int:
        files = {'nodes.yaml': NODES, 'release/default.yaml': TASKS}
        answer = self._ask(
            'POST', 'deployments', source='/shop', name='shop', files=files
        )
        return int(answer['run']['id'])

    def _ended(self, run: int) -> dict[str, Any]:
        self.assertTrue(self.opened.wait(run, 60))
        self.assertIsNone(self.opened.failure(run))
        shown: dict[str, Any] = self._ask('GET', f'runs/{run}')['run']
        return shown

    def test_reading_opens_no_journal(self) -> None:
        self.assertEqual([], self._ask('GET', 'runs')['runs'])

        names = {path.name for path in self.state.iterdir()}
        self.assertFalse({name for name in names if 'journal' in name})

    def test_a_run_that_is_not_driven_here_is_not_waited_for(self) -> None:
        self.assertTrue(self.opened.wait(12345))
        self.assertIsNone(self.opened.failure(12345))

    def test_a_run_fails_is_mended_and_resumed_to_its_end(self) -> None:
        run = self._deploy()

        failed = self._ended(run)
        (self.state / 'nodes' / 'shop' / 'n2' / 'open').touch()
        self._ask('POST', f'runs/{run}/resume')
        mended = self._ended(run)

        self.assertEqual(
            (1, 3), (failed['counts']['error'], failed['counts']['ready'])
        )
        self.assertEqual('ready', mended['status'])
        self.assertEqual({'ready': 4, 'total': 4}, mended['counts'])

    def test_a_task_shows_its_attempts_without_secrets(self) -> None:
        run = self._deploy()
        self._ended(run)

        task = self._ask('GET', f'runs/{run}/tasks/serve@n2')['task']

        [attempt] = task['attempts']
        self.assertEqual(
            (1, 'error', 'Failed'),
            (attempt['attempt'], attempt['state'], attempt['fault']),
        )
        self.assertIn('closed', str(attempt['summary']))
        self.assertNotIn('test -e open', str(task))
        self.assertIsNotNone(attempt['time_start'])
        self.assertIsNotNone(attempt['time_end'])

    def test_transitions_are_paged_in_their_order(self) -> None:
        run = self._deploy()
        self._ended(run)
        whole = self._ask('GET', f'runs/{run}/transitions')['transitions']

        after, found = 0, []
        while True:
            page = self._ask(
                'GET', f'runs/{run}/transitions?limit=3&after={after}'
            )
            found += page['transitions']
            if page['next'] is None:
                break
            after = page['next']

        self.assertEqual(whole, found)
        self.assertEqual(
            ('prepare', 'pending', 'running'),
            (whole[0]['task'], whole[0]['old'], whole[0]['new']),
        )
