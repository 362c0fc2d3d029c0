"""Tests that an attempt id starts at most once, ever."""

import pathlib
import subprocess
import sys
import time
from unittest import mock

from trailmark.agent import journal
from trailmark.common.states import ExecutionState
from trailmark.drivers import groups
from trailmark.messaging import contracts
from trailmark.tests.unit.agent import engines

_HOLDER = """
import pathlib, sys, time
from trailmark.agent import agent, journal
from trailmark.drivers import catalog
from trailmark.tests.unit.agent import engines

state = pathlib.Path(sys.argv[1])
held = agent.Agent(
    'frozen', journal.Journal(state / 'journal.sqlite'), state,
    engines.Engine(), catalog.drivers(),
)
held.execute_task_on_instance([engines.attempt('1.0.1.1.1', sys.argv[2])])
time.sleep(60)
"""
_WORK = (
    'echo half > $TRAILMARK_CHECKPOINT; (while :; do date +%s%N >> beats; '
    'sleep 0.05; done) & echo $$ > pid; wait'
)


class TestRepeatedIds(engines.AgentCase):
    """What an id that was seen before is answered."""

    def test_an_attempt_that_ended_is_answered_again(self) -> None:
        agent = self.agent()
        for _ in range(2):
            agent.execute_task_on_instance(
                [engines.attempt('1.0.1.1.1', 'echo x >> ran; exit 3')]
            )
            self.outcome('1.0.1.1.1')
        self.until(lambda: self.engine.told['1.0.1.1.1'] == 2)
        self.assertEqual((self.folder / 'ran').read_text(), 'x\n')
        self.assertEqual(self.outcome('1.0.1.1.1').message, 'exit code 3')

    def test_the_next_agent_answers_what_the_last_one_did(self) -> None:
        first = self.agent()
        again = engines.attempt('1.0.1.1.1', 'echo x >> ran; exit 3')
        first.execute_task_on_instance([again])
        said = self.outcome('1.0.1.1.1')
        first.close()
        engine = engines.Engine()
        self.agent(engine).execute_task_on_instance([again])
        self.assertEqual(self.outcome('1.0.1.1.1', engine), said)
        self.assertEqual((self.folder / 'ran').read_text(), 'x\n')

    def test_an_attempt_that_runs_is_started_once(self) -> None:
        agent = self.agent()
        again = engines.attempt('1.0.1.1.1', 'echo x >> ran; sleep 0.3')
        for _ in range(3):
            agent.execute_task_on_instance([again, again])
            time.sleep(0.05)
        self.outcome('1.0.1.1.1')
        self.assertEqual((self.folder / 'ran').read_text(), 'x\n')

    def test_another_agent_of_the_epoch_keeps_its_attempt(self) -> None:
        again = engines.attempt('1.0.1.1.1', 'echo x >> ran; sleep 0.5')
        self.agent().execute_task_on_instance([again])
        self.until((self.folder / 'ran').exists)
        other = engines.Engine()
        self.agent(other).execute_task_on_instance([again])
        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.READY)
        self.assertEqual(other.outcomes, {})

    def test_agents_in_company_keep_their_attempts_whatever_the_epoch(
        self,
    ) -> None:
        first, second = (
            contracts.Presence('n1', name, 'h', 1, '1', 1) for name in 'ab'
        )
        cmd = 'echo x >> ran; sleep 0.5'
        self.agent(presence=first).execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', cmd)]
        )
        self.until((self.folder / 'ran').exists)
        other = engines.Engine()
        self.agent(other, presence=second).execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', cmd, epoch=9)]
        )
        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.READY)
        self.assertEqual(other.outcomes, {})

    def test_another_journals_attempt_is_interrupted(self) -> None:
        agent = self.agent()
        agent.execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', 'touch ran', journal='other')]
        )
        found = self.outcome('1.0.1.1.1')
        self.assertTrue(found.interrupted)
        self.assertFalse((self.folder / 'ran').exists())

    def test_this_journals_attempt_that_never_came_is_started(self) -> None:
        agent = self.agent()
        agent.execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', journal=agent.journal_id())]
        )
        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.READY)

    def test_an_epoch_that_has_passed_starts_nothing(self) -> None:
        agent = self.agent()
        agent.execute_task_on_instance([engines.attempt('1.0.1.1.1', epoch=2)])
        self.outcome('1.0.1.1.1')
        agent.execute_task_on_instance(
            [
                engines.attempt('1.0.1.2.1', 'touch ran', epoch=1),
                engines.attempt('2.0.1.2.1', epoch=1, run=2),
            ]
        )
        self.outcome('2.0.1.2.1')
        self.assertNotIn('1.0.1.2.1', self.engine.outcomes)
        self.assertFalse((self.folder / 'ran').exists())

    def test_attempts_that_never_began_are_given_back(self) -> None:
        first = self.agent(workers=1)
        waits = engines.attempt('1.0.1.2.1', 'touch ran')
        first.execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', 'touch one; sleep 1'), waits]
        )
        self.until((self.folder / 'one').exists)
        first.close(drain_seconds=10)
        self.assertFalse((self.folder / 'ran').exists())
        engine = engines.Engine()
        self.agent(engine).execute_task_on_instance([waits])
        found = self.outcome('1.0.1.2.1', engine)
        self.assertEqual(found.state, ExecutionState.READY)


class TestOrphans(engines.AgentCase):
    """What becomes of attempts whose process is gone, or frozen."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(groups, 'GRACE', 0.3)
        patch.start()
        self.addCleanup(patch.stop)
        self.holder = self.hold()

    def hold(self) -> subprocess.Popen[bytes]:
        """A process that holds the attempt, which runs."""
        process = subprocess.Popen(
            [sys.executable, '-c', _HOLDER, str(self.state), _WORK],
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.until((self.folder / 'beats').exists, 20)
        self.until((self.folder / 'pid').exists)
        return process

    def beats(self) -> int:
        return len((self.folder / 'beats').read_text().split())

    def assert_nothing_runs(self) -> None:
        pid = int((self.folder / 'pid').read_text())
        left = [each for each in groups.members(pid) if not each.gone]
        self.assertEqual(left, [])

    def test_the_orphan_of_a_killed_process_is_ended_first(self) -> None:
        self.holder.kill()
        self.holder.wait()
        beats = self.beats()
        self.until(lambda: self.beats() > beats)
        self.agent().execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', _WORK, epoch=2)] * 2
        )
        found = self.outcome('1.0.1.1.1')
        self.assert_nothing_runs()
        self.assertTrue(found.interrupted)
        self.assertEqual(found.fault, 'Interrupted')
        self.assertEqual(found.state, ExecutionState.ERROR)
        self.assertEqual(found.checkpoint, 'half\n')
        time.sleep(0.2)
        self.assertEqual(self.engine.told['1.0.1.1.1'], 1)

    def test_two_agents_that_recover_answer_once(self) -> None:
        self.holder.kill()
        self.holder.wait()
        other = engines.Engine()
        for agent in (self.agent(), self.agent(other)):
            agent.execute_task_on_instance(
                [engines.attempt('1.0.1.1.1', _WORK, epoch=2)]
            )
        told = self.engine.told, other.told
        self.until(lambda: any(each['1.0.1.1.1'] for each in told))
        self.assert_nothing_runs()
        self.assertEqual(sum(each['1.0.1.1.1'] for each in told), 1)

    def test_a_frozen_process_loses_its_attempt_to_the_next_epoch(
        self,
    ) -> None:
        self.agent().execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', _WORK, epoch=2)]
        )
        found = self.outcome('1.0.1.1.1')
        self.assert_nothing_runs()
        self.assertTrue(found.interrupted)
        time.sleep(0.5)
        self.assertTrue(self.recorded().interrupted)

    def recorded(self) -> contracts.Outcome:
        kept = journal.Journal(self.state / 'journal.sqlite')
        self.addCleanup(kept.close)
        outcome = kept.rows(['1.0.1.1.1'])['1.0.1.1.1'].outcome
        assert outcome is not None
        return outcome

    def test_a_cancel_of_an_orphan_ends_it(self) -> None:
        self.holder.kill()
        self.holder.wait()
        self.agent().cancel_task(['1.0.1.1.1'])
        self.assertTrue(self.outcome('1.0.1.1.1').interrupted)
        self.assert_nothing_runs()


class TestGate(engines.AgentCase):
    """A child does nothing before it is written down."""

    def test_a_child_of_a_process_that_dies_at_the_gate_runs_nothing(
        self,
    ) -> None:
        script = (
            'import os, sys, pathlib\n'
            'from trailmark.drivers import processes\n'
            "argv = processes.by_shell('touch ran')\n"
            'made = processes.Child(processes.Command(argv, '
            "sys.argv[1], dict(os.environ), 'X=1'))\n"
            'print(made.pid, flush=True)\n'
            'os.kill(os.getpid(), 9)\n'
        )
        done = subprocess.run(
            [sys.executable, '-c', script, str(self.state)],
            stdout=subprocess.PIPE,
            check=False,
        )
        pid = int(done.stdout)
        self.until(lambda: (found := groups.look(pid)) is None or found.gone)
        self.assertFalse(pathlib.Path(self.state / 'ran').exists())
