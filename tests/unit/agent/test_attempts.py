"""Tests of attempts that an agent carries out itself."""

import dataclasses
import time
from unittest import mock

from trailmark.agent import fetching
from trailmark.common import clock, exceptions, tasktypes
from trailmark.common.states import ExecutionState
from trailmark.drivers import base, folders, groups
from trailmark.messaging import large
from trailmark.tests.unit.agent import engines


class Breaks(base.Driver):
    """A driver that raises."""

    type = tasktypes.TaskType('breaks', {})

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        raise ValueError('bad s3cret')


class TestAttempts(engines.AgentCase):
    """What becomes of an attempt."""

    def test_a_shell_attempt_is_carried_out(self) -> None:
        self.agent().execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', 'echo hi')]
        )
        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.READY)
        self.assertEqual((found.summary or {})['stdout'], 'hi\n')
        self.assertLessEqual(found.started_at or 0, found.ended_at or 0)

    def test_noop_runs_nothing_and_no_tests(self) -> None:
        """Fuel: behaviour 98."""
        self.agent().execute_task_on_instance(
            [
                engines.attempt(
                    f'1.0.1.{number}.1',
                    'exit 1',
                    type=kind,
                    parameters={'cmd': 'exit 1', 'puppet_manifest': '/m.pp'},
                    noop=True,
                    test_pre='exit 1',
                )
                for number, kind in enumerate(('shell', 'puppet', 'reboot'))
            ]
        )
        for number in range(3):
            found = self.outcome(f'1.0.1.{number}.1')
            self.assertEqual(found.state, ExecutionState.READY)
            self.assertTrue((found.summary or {})['noop'])

    def test_an_unknown_type_is_an_error_of_its_attempt_alone(self) -> None:
        """Fuel: behaviour 104. Nova: behaviour 39."""
        self.agent().execute_task_on_instance(
            [
                engines.attempt('1.0.1.1.1', type='ansible'),
                engines.attempt('1.0.1.2.1'),
            ]
        )
        self.assertEqual(self.outcome('1.0.1.1.1').fault, 'DriverError')
        self.assertEqual(self.outcome('1.0.1.2.1').state, ExecutionState.READY)

    def test_a_driver_that_raises_is_a_fault_and_the_agent_lives(
        self,
    ) -> None:
        agent = self.agent(drivers={'breaks': Breaks()})
        for number in (1, 2):
            agent.execute_task_on_instance(
                [
                    engines.attempt(
                        f'1.0.1.1.{number}',
                        type='breaks',
                        secrets=('s3cret',),
                    )
                ]
            )
            found = self.outcome(f'1.0.1.1.{number}')
            self.assertEqual(found.fault, 'DriverError')
            self.assertEqual(found.message, 'ValueError: bad ***')
            traced = found.traceback or ''
            self.assertTrue(traced.startswith('Traceback'), traced)
            self.assertNotIn('s3cret', traced)

    def test_secrets_are_masked_but_in_the_checkpoint(self) -> None:
        cmd = 'echo s3cret | tee $TRAILMARK_CHECKPOINT >&2; exit 1'
        self.agent().execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', cmd, secrets=('s3cret',))]
        )
        found = self.outcome('1.0.1.1.1')
        self.assertNotIn('s3cret', f'{found.message} {found.summary}')
        self.assertEqual(found.checkpoint, 's3cret\n')

    def test_checkpoints_are_reported_while_it_runs(self) -> None:
        cmd = 'echo half > $TRAILMARK_CHECKPOINT; sleep 20'
        agent = self.agent(report_interval=0.2)
        agent.execute_task_on_instance([engines.attempt('1.0.1.1.1', cmd)])
        self.until(
            lambda: [
                each
                for each in self.engine.reports
                if each.checkpoints == {'1.0.1.1.1': 'half\n'}
                and each.held == ('1.0.1.1.1',)
            ]
        )
        agent.cancel_task(['1.0.1.1.1'])
        self.assertEqual(self.outcome('1.0.1.1.1').checkpoint, 'half\n')

    def test_the_attempts_own_files_go_with_it(self) -> None:
        agent = self.agent()
        agent.execute_task_on_instance([engines.attempt('1.0.1.1.1')])
        self.outcome('1.0.1.1.1')
        place = self.state / 'attempts' / 'journal'
        self.assertTrue(place.exists())
        self.until(lambda: not folders.attempts(place))

    def test_what_exceeds_the_threads_waits_its_turn(self) -> None:
        agent = self.agent(workers=2)
        agent.execute_task_on_instance(
            [engines.attempt(f'1.0.1.{each}.1') for each in range(8)]
        )
        for each in range(8):
            self.outcome(f'1.0.1.{each}.1')


class TestLarge(engines.AgentCase):
    """Parameters that do not travel with their attempt."""

    def test_they_are_fetched_before_it_starts(self) -> None:
        attempt, instance = engines.attempt('1.0.1.1.1')
        parameters = {'cmd': 'echo fetched', 'note': 'x' * 300_000}
        attempt = dataclasses.replace(attempt, parameters=parameters)
        self.engine.bodies['1.0.1.1.1'] = large.body(attempt)
        agent = self.agent()

        for _ in range(2):
            agent.execute_task_on_instance(
                [(large.emptied(attempt), instance)]
            )

        found = self.outcome('1.0.1.1.1')
        assert found.summary is not None
        self.assertEqual('fetched\n', found.summary['stdout'])

    def test_an_attempt_that_is_open_no_longer_is_dropped(self) -> None:
        attempt, instance = engines.attempt('1.0.1.1.1')
        agent = self.agent()

        with self.assertLogs(fetching.LOG, 'WARNING'):
            agent.execute_task_on_instance(
                [(large.emptied(attempt), instance)]
            )
            time.sleep(0.2)

        self.assertEqual({}, self.engine.outcomes)


class TestCancel(engines.AgentCase):
    """How attempts are ended."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(groups, 'GRACE', 0.3)
        patch.start()
        self.addCleanup(patch.stop)

    def test_a_running_attempt_is_ended_with_its_group(self) -> None:
        agent = self.agent()
        cmd = 'sleep 60 & echo $! > pid; wait'
        agent.execute_task_on_instance([engines.attempt('1.0.1.1.1', cmd)])
        file = self.folder / 'pid'
        self.until(lambda: file.exists() and file.read_text())
        agent.cancel_task(['1.0.1.1.1'])
        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.CANCELLED)
        left = groups.look(int(file.read_text()))
        self.assertTrue(left is None or left.gone)

    def test_an_attempt_that_waits_for_a_thread_is_never_started(
        self,
    ) -> None:
        agent = self.agent(workers=1)
        agent.execute_task_on_instance(
            [
                engines.attempt('1.0.1.1.1', 'sleep 20'),
                engines.attempt('1.0.1.2.1', 'touch ran'),
            ]
        )
        agent.cancel_task(['1.0.1.2.1'])
        found = self.outcome('1.0.1.2.1')
        self.assertEqual(found.state, ExecutionState.CANCELLED)
        agent.cancel_task(['1.0.1.1.1'])
        self.outcome('1.0.1.1.1')
        self.assertFalse((self.folder / 'ran').exists())

    def test_a_cancel_that_comes_first_is_remembered(self) -> None:
        """Guard: cancel-before-dispatch."""
        agent = self.agent()
        agent.cancel_task(['1.0.1.1.1'])
        self.outcome('1.0.1.1.1')
        agent.execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', 'touch ran')]
        )
        self.until(lambda: self.engine.told['1.0.1.1.1'] == 2)
        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.CANCELLED)
        self.assertFalse((self.folder / 'ran').exists())

    def test_an_answer_to_a_report_ends_attempts(self) -> None:
        agent = self.agent()
        self.engine.end = ('1.0.1.1.1',)
        agent.execute_task_on_instance(
            [
                engines.attempt('1.0.1.1.1', 'sleep 60'),
                engines.attempt('1.0.1.2.1'),
            ]
        )
        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.CANCELLED)


class TestReports(engines.AgentCase):
    """What an agent says, and for how long."""

    def test_an_outcome_is_said_until_it_is_committed(self) -> None:
        self.engine.commits = False
        self.agent(report_interval=0.2).execute_task_on_instance(
            [engines.attempt('1.0.1.1.1')]
        )
        self.until(lambda: self.engine.told['1.0.1.1.1'] >= 3)
        self.engine.commits = True
        time.sleep(0.5)
        said = self.engine.told['1.0.1.1.1']
        time.sleep(0.5)
        self.assertEqual(self.engine.told['1.0.1.1.1'], said)

    def test_an_outcome_survives_an_engine_that_can_not_take_it(
        self,
    ) -> None:
        self.engine.error = exceptions.DatabaseUnavailable(reason='gone')
        self.agent(report_interval=0.2).execute_task_on_instance(
            [engines.attempt('1.0.1.1.1')]
        )
        time.sleep(0.4)
        self.engine.error = None
        self.outcome('1.0.1.1.1')

    def test_an_old_dispatch_is_started_only_if_it_is_wanted(self) -> None:
        agent = self.agent(report_interval=0.2)
        old = clock.steady_micros() - 11_000_000
        for wanted in (False, True):
            self.engine.wanted = wanted
            agent.execute_task_on_instance(
                [engines.attempt(f'1.0.1.{int(wanted)}.1', sent_at=old)]
            )
            self.until(lambda: self.engine.asked)
            self.engine.asked.clear()
        self.outcome('1.0.1.1.1')
        self.assertNotIn('1.0.1.0.1', self.engine.outcomes)
