"""Tests that an attempt id starts at most once, ever."""

import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import Any
from unittest import mock

from trailmark.agent import agent as agents
from trailmark.agent import attempts, orphans
from trailmark.common.states import ExecutionState
from trailmark.drivers import folders, groups, leftovers, records
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
#: Works until it is let go, with a process in a session of its own.
_WORK = (
    'echo x >> starts; echo half > $TRAILMARK_CHECKPOINT; echo began; '
    '(setsid sh -c "while test ! -e go; do sleep 0.05; done") & '
    'echo $$ > pid; wait; echo done'
)
_DIES = """
import os
from trailmark.common import tasktypes
from trailmark.drivers import base

class Dies(base.Driver):
    type = tasktypes.TaskType('shell', {})

    def run(self, job, watch):
        os.kill(os.getpid(), 9)
"""


class TestRepeatedIds(engines.AgentCase):
    """What an id that was seen before is answered."""

    def test_an_attempt_that_ended_is_answered_again(self) -> None:
        """Guard: repeated-id."""
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
        """Guard: claim-by-insert."""
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
        """Guard: owner-gone."""
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
        """Guard: accepting-journal."""
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
        """Guard: epoch-check."""
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


class OrphanCase(engines.AgentCase):
    """A process holds an attempt, whose command runs."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(groups, 'GRACE', 0.3)
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(self.end_all)
        self.holder = self.hold(_WORK)
        self.until((self.folder / 'pid').exists, 20)

    def hold(self, work: str) -> subprocess.Popen[bytes]:
        """A process that holds the attempt."""
        process = subprocess.Popen(
            [sys.executable, '-c', _HOLDER, str(self.state), work],
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def kill(self) -> None:
        self.holder.kill()
        self.holder.wait()

    def place(self) -> pathlib.Path:
        """Where the attempt left what it left."""
        [found] = (self.state / 'attempts').iterdir()
        return found / '1.0.1.1.1'

    def running(self) -> list[groups.Member]:
        return leftovers.family(self.place(), '1.0.1.1.1').living()

    def end_all(self) -> None:
        leftovers.end(self.place(), '1.0.1.1.1')

    def let_go(self) -> None:
        (self.folder / 'go').touch()

    def starts(self) -> int:
        return (self.folder / 'starts').read_text().count('x')

    def ask(self, engine: engines.Engine | None = None, **more: Any) -> None:
        """Another agent is asked for the attempt, under the next epoch."""
        again = engines.attempt('1.0.1.1.1', _WORK, epoch=2, **more)
        self.agent(engine).execute_task_on_instance([again] * 2)


class TestOrphans(OrphanCase):
    """What becomes of attempts whose process is gone, or frozen.

    Guard: wait-for-command. Guard: read-exit-status.
    Guard: reap-interrupted. Guard: taken-over.
    """

    def test_a_command_that_runs_is_waited_for(self) -> None:
        self.kill()
        self.ask()
        self.until(lambda: self.engine.reports)
        self.assertNotEqual(self.running(), [])

        self.let_go()

        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.READY)
        self.assertEqual((found.summary or {})['stdout'], 'began\ndone\n')
        self.assertEqual(found.checkpoint, 'half\n')
        self.assertEqual(self.starts(), 1)

    def test_a_command_that_has_ended_is_not_begun_again(self) -> None:
        self.kill()
        self.let_go()
        self.until(lambda: not self.running())

        self.ask()

        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.READY)
        self.assertEqual((found.summary or {})['stdout'], 'began\ndone\n')
        self.assertEqual(self.starts(), 1)

    def test_its_timeout_runs_from_where_it_began(self) -> None:
        self.kill()
        time.sleep(1.5)
        asked = time.monotonic()

        self.ask(timeout=2.0)

        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.message, 'timed out after 2 s')
        self.assertLess(time.monotonic() - asked, 1.5)
        self.assertEqual(self.running(), [])

    def test_one_without_its_supervisor_is_ended_and_interrupted(
        self,
    ) -> None:
        self.kill()
        [record] = leftovers.commands(self.place())
        os.kill(record.supervisor, signal.SIGKILL)

        self.ask()

        found = self.outcome('1.0.1.1.1')
        self.assertEqual(self.running(), [])
        self.assertTrue(found.interrupted)
        self.assertEqual(found.fault, 'Interrupted')
        self.assertEqual(found.checkpoint, 'half\n')

    def test_two_agents_that_recover_answer_once(self) -> None:
        self.kill()
        other = engines.Engine()
        self.ask()
        self.ask(other)
        self.let_go()
        told = self.engine.told, other.told
        self.until(lambda: any(each['1.0.1.1.1'] for each in told))
        time.sleep(0.2)
        self.assertEqual(sum(each['1.0.1.1.1'] for each in told), 1)

    def test_a_process_that_is_left_behind_loses_its_attempt(self) -> None:
        self.ask()
        self.let_go()
        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.READY)
        self.assertEqual(self.starts(), 1)

    def test_a_cancel_of_an_orphan_ends_it(self) -> None:
        self.kill()
        self.agent().cancel_task(['1.0.1.1.1'])
        self.assertTrue(self.outcome('1.0.1.1.1').interrupted)
        self.assertEqual(self.running(), [])

    def test_a_cancel_of_what_has_ended_waits_for_its_dispatch(self) -> None:
        self.kill()
        self.let_go()
        self.until(lambda: not self.running())
        agent = self.agent()

        agent.cancel_task(['1.0.1.1.1'])
        agent.execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', _WORK, epoch=2)]
        )

        found = self.outcome('1.0.1.1.1')
        self.assertEqual(found.state, ExecutionState.READY)


class TestEarlierAttempts(OrphanCase):
    """Nothing runs of them when the next one of an execution starts.

    Guard: end-earlier-first.
    """

    def next(self, agent: agents.Agent) -> None:
        cmd = 'kill -0 $(cat pid) && echo overlap; echo $TRAILMARK_ATTEMPT_ID'
        agent.execute_task_on_instance([engines.attempt('1.0.1.1.2', cmd)])
        found = self.outcome('1.0.1.1.2')
        self.assertEqual((found.summary or {})['stdout'], '1.0.1.1.2\n')

    def test_those_of_a_process_that_is_gone_are_ended(self) -> None:
        self.kill()
        self.next(self.agent())
        self.assertEqual(self.running(), [])

    def test_those_of_a_process_that_lives_are_ended(self) -> None:
        self.next(self.agent())
        self.assertEqual(self.running(), [])

    def test_one_that_comes_late_never_begins(self) -> None:
        agent = self.agent()
        self.next(agent)
        late = engines.attempt('1.0.1.3.2')
        agent.execute_task_on_instance([late])
        self.outcome('1.0.1.3.2')
        agent.execute_task_on_instance(
            [engines.attempt('1.0.1.3.1', 'touch late')]
        )
        found = self.outcome('1.0.1.3.1')
        self.assertEqual(found.state, ExecutionState.CANCELLED)
        self.assertFalse((self.folder / 'late').exists())

    def test_its_own_are_ended(self) -> None:
        agent = self.agent()
        agent.execute_task_on_instance(
            [engines.attempt('1.0.1.4.1', 'setsid sleep 60 & sleep 60')]
        )
        self.until(lambda: '1.0.1.4.1' in agent._held_ids())
        agent.execute_task_on_instance([engines.attempt('1.0.1.4.2')])
        self.outcome('1.0.1.4.2')
        found = self.outcome('1.0.1.4.1')
        self.assertEqual(found.state, ExecutionState.CANCELLED)


class TestClaims(engines.AgentCase):
    """A command begins once, and never once it was forbidden.

    Guard: start-gate. Guard: journal-first.
    """

    def test_a_command_that_is_forbidden_never_begins(self) -> None:
        agent = self.agent()
        place = self.state / 'attempts' / 'journal'
        place.mkdir(parents=True)
        leftovers.forbid(place / '1.0.1.1.1')
        with self.assertLogs('trailmark.agent.agent', 'WARNING') as said:
            agent.execute_task_on_instance(
                [engines.attempt('1.0.1.1.1', 'touch ran')]
            )
            self.until(lambda: said.output)
        self.assertFalse((self.folder / 'ran').exists())

    def test_what_begins_before_it_was_forbidden_is_no_orphan(self) -> None:
        places = attempts.Places(self.state, 'journal')
        scratch = places.scratch('1.0.1.1.1')
        scratch.parent.mkdir(parents=True)
        record = records.Record(os.getpid(), 'boot', 0.0, 0)
        os.close(records.claim(folders.command(scratch, 0), record))
        self.assertFalse(orphans.never_begins(places, '1.0.1.1.1'))
        self.assertTrue(orphans.never_begins(places, '1.0.1.1.2'))
        self.assertTrue(orphans.never_begins(places, '1.0.1.1.2'))

    def test_a_process_that_dies_before_a_command_has_begun_nothing(
        self,
    ) -> None:
        script = _HOLDER.replace('catalog.drivers()', "{'shell': Dies()}")
        subprocess.run(
            [sys.executable, '-c', _DIES + script, str(self.state), 'true'],
            check=False,
        )
        self.agent().execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', 'touch ran', epoch=2)]
        )
        self.assertTrue(self.outcome('1.0.1.1.1').interrupted)
        self.assertFalse((self.folder / 'ran').exists())
