"""What an engine finds when another one has died, or goes on beside it."""

import dataclasses
import threading
import time

from trailmark.common import exceptions
from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.db import claims, tasks_history
from trailmark.flows import compile as compiled
from trailmark.messaging import contracts
from trailmark.tests import agents, plans
from trailmark.tests.unit.engine import scenario

READY, ERROR = ExecutionState.READY, ExecutionState.ERROR
PENDING, RUNNING = ExecutionState.PENDING, ExecutionState.RUNNING


class _Died(BaseException):
    """The engine's process is gone."""


class RecoveryTest(scenario.EngineTest):
    """A run that is claimed again."""

    def _dying(self, steps, edges=(), after=1, answer=agents.ready):
        """A run whose engine dies when it dispatches once more."""
        run = scenario.Scenario(self.database, plans.make(steps, edges))

        def watch(attempt):
            if len(doubles.started) > after:
                raise _Died

        doubles = agents.Agents(answer, watch)
        with self.assertRaises(_Died):
            run.go(doubles)
        return run

    def _names(self, doubles):
        return [attempt.name for attempt in doubles.started]

    def test_what_was_ready_is_not_dispatched_again(self):
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        run = self._dying(steps, [('a@n', 'b@n')])

        run.resume()
        after = agents.Agents()
        run.go(after)

        self.assertEqual(['b@n'], self._names(after))

    def test_what_was_running_is_asked_again_under_its_id(self):
        run = self._dying([plans.Step('a', ('n',))], after=0)
        before = run.rows()['a@n']

        run.resume()
        after = agents.Agents()
        run.go(after)

        self.assertEqual(RUNNING, before.state)
        self.assertEqual(f'{run.run}.0.1.0.1', after.started[0].id)
        self.assertEqual('journal', after.started[0].journal)

    def test_a_sync_point_that_was_passed_holds_back_the_rest_again(self):
        steps = [
            plans.Step('a', ('m',)),
            plans.Step('sync'),
            plans.Step('b', ('n',)),
            plans.Step('c', ('n',)),
        ]
        edges = [('a@m', 'sync'), ('sync', 'b@n'), ('b@n', 'c@n')]
        run = self._dying(steps, edges, 2, self._fail_a)

        run.resume()
        after = agents.Agents()
        run.go(after)

        self.assertEqual(['a@m', 'c@n'], self._names(after))

    def _fail_a(self, attempt):
        fails = attempt.name == 'a@m'
        return agents.failed(attempt) if fails else agents.ready(attempt)

    def test_a_sync_point_waits_for_what_is_done_again(self):
        steps = [
            plans.Step('a', ('m',)),
            plans.Step('sync'),
            plans.Step('x', ('n',)),
            plans.Step('b', ('n',)),
        ]
        edges = [('a@m', 'sync'), ('sync', 'x@n'), ('x@n', 'b@n')]
        edges.append(('sync', 'b@n'))
        run = scenario.Scenario(self.database, plans.make(steps, edges))
        run.go(agents.Agents(self._fail_a, self._stop_at(run, 'x@n')))
        seen = []

        run.resume()
        run.go(
            agents.Agents(
                watch=lambda attempt: seen.append(run.states()['a@m'])
            )
        )

        self.assertEqual([RUNNING, READY], seen)

    def _stop_at(self, run, name):
        def watch(attempt):
            if attempt.name == name:
                run.ask(Asked.STOP)
                time.sleep(0.1)

        return watch

    def test_a_skipped_execution_is_done_for_those_after_it(self):
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        planned = plans.make(steps, [('a@n', 'b@n')], {'g': (('n',), 0)})
        run = scenario.Scenario(self.database, planned)
        run.go(agents.Agents(agents.failed))

        run.resume(skip=(('a', 'n'),))
        after = agents.Agents()
        state = run.go(after)

        self.assertEqual(RunState.READY, state)
        self.assertEqual(['b@n'], self._names(after))

    def test_an_adopted_run_keeps_its_failures(self):
        steps = [
            plans.Step('a', ('m',)),
            plans.Step('sync'),
            plans.Step('b', ('n',)),
            plans.Step('c', ('m',)),
        ]
        edges = [('a@m', 'sync'), ('sync', 'b@n'), ('b@n', 'c@m')]
        run = self._dying(steps, edges, 1, self._fail_a)
        run.resume('adopt')

        after = agents.Agents()
        run.go(after)

        self.assertEqual(['b@n'], self._names(after))

    def test_what_failed_before_an_adoption_blocks_what_needs_it(self):
        steps = [plans.Step('a', ('m',)), plans.Step('b', ('n',))]
        planned = plans.make(steps, [('a@m', 'b@n')])
        run = scenario.Scenario(self.database, planned)
        first = compiled.compile_plan('run', planned).ordered[0]
        buffer = run.buffer()
        buffer.change(first, RUNNING)
        buffer.change(first, ERROR)
        buffer.flush()

        run.resume('adopt')
        run.go(agents.Agents())

        self.assertEqual(
            {'a@m': ERROR, 'b@n': ExecutionState.DEP_FAILED}, run.states()
        )

    def test_an_adopted_run_obeys_what_was_asked(self):
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        run = self._dying(steps, [('a@n', 'b@n')], 0)
        run.ask(Asked.STOP)

        run.resume('adopt')
        state = run.go(agents.Agents())

        self.assertEqual(RunState.STOPPED, state)
        self.assertEqual({'a@n': READY, 'b@n': PENDING}, run.states())

    def test_a_resume_gives_a_fresh_retry_budget(self):
        """Guard: new-attempt-id."""
        planned = plans.make(
            [plans.Step('a', ('n',), retries=1)], (), {'g': (('n',), 0)}
        )
        run = scenario.Scenario(self.database, planned)
        run.go(agents.Agents(agents.failed))

        run.resume()
        after = agents.Agents(agents.failed)
        run.go(after)

        self.assertEqual([3, 4], [a.attempt for a in after.started])


class FenceTest(scenario.EngineTest):
    """An engine that has lost its lease."""

    def test_it_dispatches_nothing_more(self):
        """Guard: write-ahead."""
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        run = scenario.Scenario(
            self.database, plans.make(steps, [('a@n', 'b@n')])
        )
        doubles = agents.Agents(self._taken_over(run))

        with self.assertRaises(exceptions.LeaseLost):
            run.go(doubles)

        self.assertEqual(1, len(doubles.started))

    def _taken_over(self, run):
        def answer(attempt):
            run.resume('adopt')
            return agents.ready(attempt)

        return answer

    def test_only_one_of_two_engines_writes_the_end(self):
        run = scenario.Scenario(
            self.database, plans.make([plans.Step('a', ('n',))])
        )
        stale = run.buffer()
        run.resume('adopt')
        run.go(agents.Agents())

        with self.assertRaises(exceptions.LeaseLost):
            stale.finish(RunState.ERROR, None, None)


class AnswersTest(scenario.EngineTest):
    """Answers that are late, repeated, or never come."""

    def _run(self, *steps, **settings):
        options = dataclasses.replace(scenario.QUICK, **settings)
        return scenario.Scenario(
            self.database, plans.make(steps), options=options
        )

    def test_an_attempt_that_nobody_holds_is_asked_again(self):
        run = self._run(plans.Step('a', ('n',)), accept_timeout=0.1)
        seen = []

        def answer(attempt):
            seen.append(attempt.id)
            return agents.ready(attempt) if len(seen) > 1 else None

        run.go(agents.Agents(answer, held=False))

        self.assertEqual(1, len(set(seen)))

    def test_an_attempt_that_is_held_is_not_asked_again(self):
        run = self._run(plans.Step('a', ('n',)), accept_timeout=0.05)

        def answer(attempt):
            for _ in range(20):
                doubles.hold(attempt.id)
                time.sleep(0.02)
            return agents.ready(attempt)

        doubles = agents.Agents(answer)
        run.go(doubles)

        self.assertEqual(1, len(doubles.started))

    def test_an_attempt_that_is_held_no_longer_is_asked_again(self):
        run = self._run(plans.Step('a', ('n',)), accept_timeout=0.05)
        doubles = agents.Agents(lambda _: None)
        thread = run.start(doubles)
        self.wait_for(lambda: doubles.started)
        doubles.hold(doubles.started[0].id)

        self.wait_for(lambda: len(doubles.started) > 1)

        self.assertEqual(1, len({each.id for each in doubles.started}))
        doubles.end(doubles.started[0].id, READY)
        thread.join(5)

    def test_no_answer_by_the_deadline_ends_in_error(self):
        step = plans.Step('a', ('n',), timeout=0.1, retries=3)
        run = self._run(step, deadline_grace=0.1)

        run.go(agents.Agents(lambda _: None))

        self.assertEqual({'a@n': ERROR}, run.states())
        self.assertEqual(['Unconfirmed'], run.faults())

    def test_what_no_agent_accepts_is_asked_until_one_does(self):
        step = plans.Step('a', ('n',), timeout=0.1)
        run = self._run(step, accept_timeout=0.05, deadline_grace=0.1)
        began = time.monotonic()

        def answer(attempt):
            if time.monotonic() - began < 1:
                return None
            return agents.ready(attempt)

        state = run.go(agents.Agents(answer, held=False))

        self.assertEqual((RunState.READY, []), (state, run.faults()))

    def test_an_adopter_fails_nothing_by_a_deadline_of_another_clock(self):
        run = self._run(plans.Step('a', ('n',)))
        [first] = compiled.compile_plan('run', run.plan).ordered
        first.attempt, first.deadline_at = 1, 1
        buffer = run.buffer()
        buffer.change(first, RUNNING)
        buffer.flush()
        run.resume('adopt')

        def answer(attempt):
            time.sleep(0.3)
            return agents.ready(attempt)

        state = run.go(agents.Agents(answer))

        self.assertEqual((RunState.READY, []), (state, run.faults()))

    def test_an_execution_never_ends_before_it_started(self):
        run = self._run(plans.Step('a', ('n',)))
        [first] = compiled.compile_plan('run', run.plan).ordered
        buffer = run.buffer()
        first.attempt = 1
        buffer.change(first, RUNNING)
        buffer.flush()
        later = first.started_at + 3_600_000_000
        with run.database.writer() as connection:
            connection.exec_driver_sql(
                f'UPDATE tasks_history SET started_at = {later}'
                f' WHERE run_id = {run.run}'
            )

        run.resume('adopt')
        run.go(agents.Agents())

        row = tasks_history.get(run.database, run.run, 'a', 'n')
        self.assertEqual((later, later), (row.started_at, row.ended_at))

    def test_an_answer_to_an_earlier_attempt_is_dropped(self):
        """Guard: late-answer."""
        run = self._run(plans.Step('a', ('n',), retries=1))

        def answer(attempt):
            if attempt.attempt == 1:
                return agents.failed(attempt)
            doubles.end(f'{run.run}.0.1.0.1', READY)
            return agents.failed(attempt)

        doubles = agents.Agents(answer)
        run.go(doubles)

        self.assertEqual({'a@n': ERROR}, run.states())

    def test_outcomes_are_committed_when_they_are_durable(self):
        """Guard: committed-before-forgotten."""
        run = self._run(plans.Step('a', ('n',)))
        run.go(agents.Agents())

        said = run.drive.executor.inbox.report(
            contracts.Report(
                'agent',
                'journal',
                outcomes=(contracts.Outcome(f'{run.run}.0.1.0.1', READY),),
            )
        )

        self.assertEqual((f'{run.run}.0.1.0.1',), said.committed)


class UnconfirmedTest(scenario.EngineTest):
    """A cancel that no agent confirmed, and then a resume."""

    def _cancelled(self, **settings):
        options = dataclasses.replace(scenario.QUICK, **settings)
        steps, critical = [plans.Step('a', ('n',))], {'g': (('n',), 0)}
        planned = plans.make(steps, (), critical)
        run = scenario.Scenario(self.database, planned, options)
        doubles = agents.Agents(lambda _: None)
        thread = run.start(doubles)
        self.wait_for(lambda: doubles.started)
        run.ask(Asked.CANCEL)
        thread.join(5)
        self.assertEqual(['Unconfirmed'], run.faults())
        run.resume()
        return run

    def test_the_next_attempt_waits_for_who_may_end_the_one_before(self):
        run = self._cancelled(agent_timeout=60.0)
        after = agents.Agents()
        after.journal = 'another'
        thread = run.start(after)

        why = 'nobody knows whether its attempt 1 has ended'
        self.wait_for(
            lambda: why in run.drive.executor.reasons().get('a@n', '')
        )
        self.assertEqual([], after.started)

        after.journal = 'journal'
        thread.join(5)
        self.assertEqual({'a@n': READY}, run.states())
        self.assertEqual([2], [each.attempt for each in after.started])

    def test_who_resumes_it_again_says_that_nothing_is_left(self):
        run = self._cancelled(agent_timeout=0.2)
        after = agents.Agents()
        after.journal = 'another'
        run.go(after)
        self.assertEqual({'a@n': ERROR}, run.states())

        run.resume()
        run.go(after)

        self.assertEqual({'a@n': READY}, run.states())


class UnservedNodesTest(scenario.EngineTest):
    """Fuel: behaviour 90, and what becomes of nodes that come late."""

    def _scenario(self, tolerance, agent_timeout=0.2):
        options = dataclasses.replace(
            scenario.QUICK, agent_timeout=agent_timeout
        )
        steps = [plans.Step('a', ('m', 'n'))]
        planned = plans.make(steps, (), tolerance)
        return scenario.Scenario(self.database, planned, options)

    def test_a_critical_node_without_agent_fails_the_run_in_time(self):
        run = self._scenario({'g': (('m',), 0)})

        state = run.go(agents.Agents(unserved=('m',)))

        self.assertEqual(RunState.ERROR, state)
        self.assertEqual(ERROR, run.states()['a@m'])
        self.assertEqual(['NodeUnreachable'], run.faults())

    def test_another_node_without_agent_fails_alone(self):
        run = self._scenario({'g': (('m', 'n'), 1)})

        state = run.go(agents.Agents(unserved=('m',)))

        self.assertEqual(RunState.READY, state)
        self.assertEqual({'a@m': ERROR, 'a@n': READY}, run.states())

    def test_what_no_agent_serves_is_pending_with_a_reason(self):
        run = self._scenario({}, agent_timeout=60.0)
        doubles = agents.Agents(unserved=('m',))
        thread = run.start(doubles)

        self.wait_for(lambda: run.states()['a@n'] == READY)

        self.assertEqual(ExecutionState.PENDING, run.states()['a@m'])
        said = {'a@m': 'no agent serves m: none was ever heard of'}
        self.assertEqual(said, run.drive.executor.reasons())
        doubles.unserved = ()
        thread.join(5)
        self.assertEqual(READY, run.states()['a@m'])

    def test_a_node_that_lost_its_agent_keeps_no_slot(self):
        steps = [plans.Step(name, ('m', 'n'), limit=1) for name in 'ab']
        run = scenario.Scenario(self.database, plans.make(steps))
        doubles = agents.Agents(unserved=('m',))
        thread = run.start(doubles)

        self.wait_for(lambda: run.states()['b@n'] == READY)

        self.assertEqual(READY, run.states()['a@n'])
        doubles.unserved = ()
        thread.join(5)
        self.assertEqual({READY}, set(run.states().values()))


class ReleaseTest(scenario.EngineTest):
    """A run that its engine leaves to another one."""

    def test_another_engine_goes_on_without_an_interruption(self):
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        run = scenario.Scenario(self.database, plans.make(steps))
        silent = agents.Agents(lambda attempt: None)
        left = []

        def drive() -> None:
            try:
                run.go(silent)
            except exceptions.Released as error:
                left.append(error)

        thread = threading.Thread(target=drive, daemon=True)
        thread.start()
        self.wait_for(lambda: silent.started)
        run.drive.let_go()
        thread.join(5)
        self.assertEqual(1, len(left))
        [(_found, mode)] = [
            each
            for each in claims.waiting(self.database, lambda *_: False)
            if each[0] == run.run
        ]

        run.resume(mode)
        doubles = agents.Agents()
        self.assertEqual(RunState.READY, run.go(doubles))

        [first] = silent.started
        self.assertIn(first.id, [each.id for each in doubles.started])
        self.assertEqual(2, len({each.id for each in doubles.started}))
        self.assertEqual([], run.faults())
