"""Events of steps: which are told, to whom, and what they say."""

import logging
import types
from typing import Any

import fixtures

from trailmark.common.states import RunState
from trailmark.db import cluster_changes, records
from trailmark.engine import history
from trailmark.tests.unit.api import secured
from trailmark.tests.unit.api.sahara import progressing
from trailmark.tests.unit.api.sahara.progressing import BEGAN, SECOND, E

_TRACED = 'Traceback (most recent call last):\n  ...\nKeyError: 1'


class ProgressTest(progressing.ProgressTestCase):
    def test_events_of_an_open_step_are_told(self) -> None:
        """Sahara: behaviour 9."""
        self.begin('a')
        self.attempt(0, [1])

        [event] = self.events()

        self.assertEqual('n1', event['instance_name'])
        [step] = self.steps()
        self.assertEqual(
            {step['id']}, {event['provisioning_step_id'], event['step_id']}
        )

    def test_events_of_one_step_can_be_asked_for(self) -> None:
        """Sahara: behaviour 10."""
        self.begin('a', 'b')
        self.attempt(0, [1])
        self.attempt(1, [1])
        number = self.steps()[1]['id']

        found = self.events(provision_step=number)
        unknown = self.get('/progress', provision_step='77')

        self.assertEqual([number], [event['step_id'] for event in found])
        self.assert_error(unknown, 404, 'NOT_FOUND')

    def test_events_of_a_finished_step_are_hidden_and_kept(self) -> None:
        """Sahara: behaviour 12."""
        run = self.begin('a', 'b')
        self.attempt(0, [1, 2])

        self.assertEqual([], self.events())
        self.assertEqual([], self.steps(show_progress='true')[0]['events'])
        rows = self.client.get(f'runs/{run}/tasks_history').json()
        ready = [r for r in rows['tasks_history'] if r['status'] == 'ready']
        self.assertEqual(2, len(ready))

    def test_a_failure_has_an_id_that_its_message_has(self) -> None:
        """Sahara: behaviour 13; the id is that of the attempt."""
        run = self.begin('a')
        self.attempt(0, [2], E.ERROR)

        [event] = self.events()

        self.assertEqual(f'{run}.0.2.0.1', event['error_id'])
        self.assertEqual(f'no\nError ID: {run}.0.2.0.1', event['event_info'])

    def test_tracebacks_are_for_admins(self) -> None:
        """Sahara: behaviour 14."""
        self.begin('a')
        fault = records.Fault((0, 1, 0), 1, 'DriverError', 'no', 1, _TRACED)
        self.attempt(0, [1], E.ERROR, fault=fault)

        [event] = self.events()

        self.assertEqual(_TRACED, event['traceback'])
        self.assertTrue(event['event_info'].endswith(_TRACED))

    def test_a_retry_leaves_its_failure_among_the_events(self) -> None:
        self.begin('a')
        self.attempt(0, [1], E.ERROR)
        self.attempt(0, [1], None, attempt=2, old=E.ERROR)

        [event] = self.events()

        self.assertIs(False, event['successful'])
        self.assertIsNone(self.steps()[0]['successful'])

    def test_what_was_never_begun_says_so_without_an_id(self) -> None:
        self.begin('a')
        self.attempt(0, [1], E.DEP_FAILED)

        [event] = self.events()

        self.assertEqual('not done: dep_failed', event['event_info'])
        self.assertIsNone(event['error_id'])

    def test_steps_side_by_side_keep_their_own_events(self) -> None:
        """Sahara: behaviour 19."""
        self.begin('a', 'b')
        self.attempt(0, [1])
        self.attempt(1, [1], E.ERROR, at=BEGAN + SECOND)
        first, second = self.steps(show_progress='true')

        self.assertEqual([True], [e['successful'] for e in first['events']])
        self.assertEqual([False], [e['successful'] for e in second['events']])

    def test_what_is_said_is_told_as_text(self) -> None:
        """Sahara: behaviour 26."""
        self.begin('a')
        said = '<script>alert(1)</script>'
        fault = records.Fault((0, 1, 0), 1, 'Failed', said, 1)
        self.attempt(0, [1], E.ERROR, fault=fault)
        answer = self.get('/progress')

        self.assertEqual('application/json', answer.headers['Content-Type'])
        [event] = answer.json()['events']
        self.assertIn(said, event['event_info'])

    def test_events_of_a_node_that_is_gone_have_its_name(self) -> None:
        """Sahara: behaviour 27."""
        self.begin('a')
        self.attempt(0, [1], E.ERROR)
        self.end(RunState.ERROR)
        cluster_changes.remove_node(self.db, self.cluster.id, 'n1')

        found = [e for e in self.events() if e['instance_name'] == 'n1']

        self.assertEqual(['a+b'], [event['node_group_id'] for event in found])

    def test_events_are_told_the_oldest_first(self) -> None:
        self.begin('a')
        self.attempt(0, [2])
        self.attempt(0, [1], E.ERROR, at=BEGAN - SECOND)

        self.assertEqual(
            ['n1', 'n2'], [event['instance_name'] for event in self.events()]
        )

    def test_of_too_many_steps_those_that_failed_come_first(self) -> None:
        self.cluster = self.stored([f'n{n}' for n in range(1, 802)])
        self.begin('a', 'b', 'c')
        self.attempt(0, range(1, 601), at=BEGAN)
        self.attempt(1, range(1, 601), at=BEGAN + SECOND)
        self.attempt(1, [601], E.ERROR)
        self.attempt(2, range(1, 301), at=BEGAN + 2 * SECOND)
        first, second, third = self.steps()

        told = {event['step_id'] for event in self.events()}

        self.assertEqual({second['id'], third['id']}, told)
        alone = self.events(provision_step=first['id'])
        self.assertEqual(600, len(alone))


class WhoTest(secured.SecuredTestCase, progressing.ProgressTestCase):
    """Users that an installation knows."""

    def setUp(self) -> None:
        super().setUp()
        self.begin('a')
        fault = records.Fault((0, 1, 0), 1, 'DriverError', 'no', 1, _TRACED)
        self.attempt(0, [1], E.ERROR, fault=fault)

    def as_(self, user: str) -> None:
        """Ask as a user."""
        self.api = self.asking(self.guard, auth=(user, secured.password(user)))

    def test_only_an_admin_sees_tracebacks(self) -> None:
        for user in ('rita', 'maria'):
            self.as_(user)
            [event] = self.events()
            self.assertNotIn('traceback', event)
            self.assertNotIn('Traceback', event['event_info'])
            self.assertIn('Error ID: ', event['event_info'])

        self.as_('ada')
        self.assertEqual(_TRACED, self.events()[0]['traceback'])

    def test_who_only_reads_reports_nothing(self) -> None:
        self.as_('rita')
        url = f'/v1.1/acme/clusters/{self.cluster.id}/progress'
        body = {'step': 'x', 'completed': 1, 'total': 2}

        self.assert_error(self.api.post(url, json=body), 403, 'FORBIDDEN')


class LogTest(progressing.ProgressTestCase):
    def test_the_id_of_a_failure_is_in_the_log_of_its_engine(self) -> None:
        """Sahara: behaviour 13."""
        logged = fixtures.FakeLogger(level=logging.INFO)
        self.enterContext(logged)
        run = self.begin('a')
        execution: Any = types.SimpleNamespace(
            key=(0, 1, 0), attempt=1, name='a@n1'
        )

        history.RunHistory(self.db, self.claim).fault(
            execution, 'Failed', 'no'
        )

        said = f'Attempt {run}.0.1.0.1 (a@n1) failed: Failed: no'
        self.assertIn(said, logged.output)
