"""What becomes of the executions of a run."""

import itertools
import threading
from unittest import mock

from trailmark.common import clock
from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.db import tasks_history
from trailmark.engine import outcomes
from trailmark.messaging import contracts
from trailmark.tests import agents, plans
from trailmark.tests.unit.engine import scenario

READY, ERROR = ExecutionState.READY, ExecutionState.ERROR
DEP_FAILED, SKIPPED = ExecutionState.DEP_FAILED, ExecutionState.SKIPPED
PENDING, CANCELLED = ExecutionState.PENDING, ExecutionState.CANCELLED


def _fails(*names):
    def answer(attempt):
        fails = attempt.name in names
        return agents.failed(attempt) if fails else agents.ready(attempt)

    return answer


def _chain(*names, node='n', **step):
    steps = [plans.Step(name, (node,), **step) for name in names]
    named = [f'{name}@{node}' for name in names]
    return steps, list(itertools.pairwise(named))


class RunsTest(scenario.EngineTest):
    """Fuel: behaviours 77, 84-87, 91, 93, 98, 100."""

    def _go(self, steps, edges=(), answer=agents.ready, tolerance=None, **how):
        planned = plans.make(steps, edges, tolerance)
        self.run_ = scenario.Scenario(self.database, planned)
        self.agents = agents.Agents(answer)
        return self.run_.go(self.agents, **how)

    def _names(self):
        return [attempt.name for attempt in self.agents.started]

    def test_a_chain_runs_in_its_order(self):
        state = self._go(*_chain('a', 'b', 'c'))

        self.assertEqual(RunState.READY, state)
        self.assertEqual(['a@n', 'b@n', 'c@n'], self._names())

    def test_nothing_starts_before_what_it_needs_has_ended(self):
        """Fuel: behaviour 51."""
        self._go(*_chain('a', 'b', 'c'))

        found = tasks_history.page(self.database, run=self.run_.run)
        times = [at for row in found for at in (row.started_at, row.ended_at)]
        self.assertEqual(6, len(times))
        self.assertEqual(sorted(times), times)

    def test_what_needs_a_failed_execution_is_never_dispatched(self):
        self._go(*_chain('a', 'b', 'c'), answer=_fails('a@n'))

        self.assertEqual(
            {'a@n': ERROR, 'b@n': DEP_FAILED, 'c@n': DEP_FAILED},
            self.run_.states(),
        )

    def test_a_skipped_execution_lets_what_needs_it_go_on(self):
        steps, edges = _chain('a', 'b')
        steps[0] = plans.Step('a', ('n',), skipped=True)

        self._go(steps, edges)

        self.assertEqual({'a@n': SKIPPED, 'b@n': READY}, self.run_.states())
        self.assertEqual(['b@n'], self._names())

    def test_a_skipped_execution_keeps_its_order(self):
        steps, edges = _chain('a', 'b', 'c')
        steps[1] = plans.Step('b', ('n',), skipped=True)

        self._go(steps, edges, _fails('a@n'))

        self.assertEqual(DEP_FAILED, self.run_.states()['c@n'])

    def test_a_failed_node_starts_nothing_more(self):
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]

        self._go(steps, (), lambda attempt: agents.failed(attempt))

        self.assertEqual(
            [DEP_FAILED, ERROR], sorted(self.run_.states().values())
        )

    def test_healthy_nodes_go_on_behind_a_sync_point(self):
        steps = [
            plans.Step('a', ('m', 'n')),
            plans.Step('sync'),
            plans.Step('b', ('m', 'n')),
        ]
        edges = [('a@m', 'sync'), ('a@n', 'sync')]
        edges += [('sync', 'b@m'), ('sync', 'b@n')]

        self._go(steps, edges, _fails('a@m'))

        states = self.run_.states()
        self.assertEqual(DEP_FAILED, states['b@m'])
        self.assertEqual(READY, states['b@n'])

    def test_a_failure_within_tolerance_ends_ready_and_names_the_node(self):
        steps = [plans.Step('a', ('m', 'n'))]

        state = self._go(steps, (), _fails('a@m'), {'g': (('m', 'n'), 1)})

        self.assertEqual(RunState.READY, state)
        self.assertIn('m', self.stored_run().message)

    def stored_run(self):
        from_db = scenario.runs.get(self.database, self.run_.run)
        return from_db

    def test_an_exceeded_tolerance_ends_in_error_and_cancels_the_rest(self):
        steps, edges = _chain('b', 'c', node='n')
        steps.append(plans.Step('a', ('m',)))
        edges.append(('c@n', 'a@m'))

        state = self._go(steps, edges, _fails('b@n'), {'g': (('n',), 0)})

        self.assertEqual(RunState.ERROR, state)
        self.assertEqual(CANCELLED, self.run_.states()['a@m'])
        self.assertIn('group g', self.stored_run().message)

    def test_a_tolerated_error_lets_the_node_go_on(self):
        steps, edges = _chain('a', 'b')
        steps[0] = plans.Step('a', ('n',), fail_on_error=False)

        state = self._go(steps, edges, _fails('a@n'))

        self.assertEqual(RunState.READY, state)
        self.assertEqual({'a@n': ERROR, 'b@n': READY}, self.run_.states())

    def test_a_noop_run_succeeds_whatever_fails(self):
        state = self._go(*_chain('a', 'b'), answer=_fails('a@n'), noop=True)

        self.assertEqual(RunState.READY, state)

    def test_a_run_on_master_alone_works(self):
        state = self._go(*_chain('a', 'b', node='master'))

        self.assertEqual(RunState.READY, state)

    def test_an_exceeded_tolerance_that_is_not_zero_is_no_success(self):
        steps = [plans.Step('a', ('m', 'n', 'o'))]

        state = self._go(
            steps, (), _fails('a@m', 'a@n'), {'g': (('m', 'n', 'o'), 1)}
        )

        self.assertEqual(RunState.ERROR, state)


class RetryTest(scenario.EngineTest):
    """Fuel: behaviour 102."""

    def _go(self, step, answer):
        self.run_ = scenario.Scenario(self.database, plans.make([step]))
        self.agents = agents.Agents(answer)
        return self.run_.go(self.agents)

    def test_a_failed_attempt_is_followed_by_another(self):
        def answer(attempt):
            if attempt.attempt < 3:
                return agents.failed(attempt)
            return agents.ready(attempt)

        state = self._go(plans.Step('a', ('n',), retries=2), answer)

        self.assertEqual(RunState.READY, state)
        self.assertEqual([1, 2, 3], [a.attempt for a in self.agents.started])
        self.assertEqual(['Failed', 'Failed'], self.run_.faults())

    def test_exhausted_retries_end_in_error(self):
        self._go(plans.Step('a', ('n',), retries=1), agents.failed)

        self.assertEqual({'a@n': ERROR}, self.run_.states())
        self.assertEqual(2, len(self.agents.started))

    def test_the_next_attempt_waits_for_its_interval(self):
        times = []

        def answer(attempt):
            times.append(clock.now())
            return agents.failed(attempt)

        self._go(plans.Step('a', ('n',), retries=1, interval=0.3), answer)

        self.assertGreaterEqual(times[1] - times[0], 300_000)

    def test_an_interrupted_attempt_costs_no_retry(self):
        def answer(attempt):
            if attempt.attempt == 1:
                return agents.interrupted(attempt)
            return agents.ready(attempt)

        state = self._go(plans.Step('a', ('n',)), answer)

        self.assertEqual(RunState.READY, state)
        self.assertEqual(['Interrupted'], self.run_.faults())

    def test_a_machine_without_room_costs_neither_retry_nor_patience(self):
        def answer(attempt):
            if attempt.attempt < 7:
                return contracts.Outcome(
                    attempt.id, ERROR, 'no room', contracts.SHORTAGE
                )
            return agents.ready(attempt)

        step = plans.Step('a', ('n',), on_interrupt='fail')
        with mock.patch.object(outcomes, 'SHORTAGE_PAUSE', 0.01):
            state = self._go(step, answer)

        self.assertEqual(RunState.READY, state)
        self.assertEqual(['Shortage'] * 6, self.run_.faults())

    def test_too_many_interruptions_end_in_error(self):
        """Guard: interruption-limit."""
        self._go(plans.Step('a', ('n',)), agents.interrupted)

        self.assertEqual(4, len(self.agents.started))
        self.assertEqual({'a@n': ERROR}, self.run_.states())

    def test_an_interruption_may_be_fatal(self):
        step = plans.Step('a', ('n',), retries=5, on_interrupt='fail')

        self._go(step, agents.interrupted)

        self.assertEqual(1, len(self.agents.started))
        self.assertEqual({'a@n': ERROR}, self.run_.states())

    def test_the_next_attempt_is_given_the_last_checkpoint(self):
        def answer(attempt):
            if attempt.attempt == 1:
                return contracts.Outcome(
                    attempt.id, ERROR, fault='Failed', checkpoint='step 2'
                )
            return agents.ready(attempt)

        self._go(plans.Step('a', ('n',), retries=1), answer)

        self.assertEqual('step 2', self.agents.started[1].checkpoint)


class WishesTest(scenario.EngineTest):
    """Fuel: behaviour 92."""

    def _driven(self, steps, edges=(), answer=lambda _: None):
        self.run_ = scenario.Scenario(self.database, plans.make(steps, edges))
        self.started = threading.Event()
        self.agents = agents.Agents(answer, lambda _: self.started.set())
        thread = self.run_.start(self.agents)
        self.assertTrue(self.started.wait(5))
        return thread

    def _state(self):
        return scenario.runs.get(self.database, self.run_.run).state

    def test_a_stop_lets_what_runs_end_and_leaves_the_rest_pending(self):
        thread = self._driven(*_chain('a', 'b'))

        self.run_.ask(Asked.STOP)
        self.wait_for(lambda: self._state() == RunState.STOPPING)
        self.agents.end(self.agents.started[0].id, READY)
        thread.join(5)

        self.assertEqual(RunState.STOPPED, self._state())
        self.assertEqual({'a@n': READY, 'b@n': PENDING}, self.run_.states())

    def test_taskflow_sees_a_stopped_run_as_suspended(self):
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        thread = self._driven(steps)

        self.run_.ask(Asked.STOP)
        self.wait_for(lambda: self._state() == RunState.STOPPING)
        self.agents.end(self.agents.started[0].id, READY)
        thread.join(5)

        self.assertEqual('SUSPENDED', self.run_.drive._detail.state)

    def test_a_cancel_ends_what_runs(self):
        thread = self._driven(*_chain('a', 'b'))
        attempt = self.agents.started[0].id

        self.run_.ask(Asked.CANCEL)
        self.wait_for(lambda: attempt in self.agents.cancelled)
        self.agents.end(attempt, CANCELLED)
        thread.join(5)

        self.assertEqual(RunState.CANCELLED, self._state())
        self.assertEqual({CANCELLED}, set(self.run_.states().values()))

    def test_a_cancel_that_nobody_confirms_ends_all_the_same(self):
        thread = self._driven(*_chain('a', 'b'))

        self.run_.ask(Asked.CANCEL)
        thread.join(5)

        self.assertEqual(RunState.CANCELLED, self._state())
        self.assertEqual(['Unconfirmed'], self.run_.faults())

    def test_a_cancel_overtakes_a_stop(self):
        thread = self._driven(*_chain('a', 'b'))

        self.run_.ask(Asked.STOP)
        self.wait_for(lambda: self._state() == RunState.STOPPING)
        self.run_.ask(Asked.CANCEL)
        thread.join(5)

        self.assertEqual(RunState.CANCELLED, self._state())

    def test_a_brake_overrules_a_stop_that_came_before(self):
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        self.run_ = scenario.Scenario(
            self.database, plans.make(steps, (), {'g': (('n',), 0)})
        )
        self.agents = agents.Agents(lambda _: None)
        thread = self.run_.start(self.agents)
        self.wait_for(lambda: self.agents.started)

        self.run_.ask(Asked.STOP)
        self.wait_for(lambda: self._state() == RunState.STOPPING)
        self.agents.end(self.agents.started[0].id, ERROR)
        thread.join(5)

        self.assertEqual(RunState.ERROR, self._state())

    def test_a_retry_does_not_start_after_a_stop(self):
        thread = self._driven([plans.Step('a', ('n',), retries=3)])

        self.run_.ask(Asked.STOP)
        self.wait_for(lambda: self._state() == RunState.STOPPING)
        self.agents.end(self.agents.started[0].id, ERROR)
        thread.join(5)

        self.assertEqual({'a@n': PENDING}, self.run_.states())
        self.assertEqual(RunState.STOPPED, self._state())
