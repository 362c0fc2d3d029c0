"""Random runs against what must hold, and against TaskFlow's own engine."""

import os
import random

import taskflow.engines
import taskflow.task
from taskflow.patterns import graph_flow

from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.tests import agents, plans
from trailmark.tests.unit.engine import scenario

READY, ERROR = ExecutionState.READY, ExecutionState.ERROR
DEP_FAILED = ExecutionState.DEP_FAILED
#: More of them: TRAILMARK_TEST_CASES=1000.
CASES = int(os.environ.get('TRAILMARK_TEST_CASES', '20'))


class _Case:
    """A random plan, which of its executions fail, and what is observed."""

    def __init__(self, seed, healthy=False, allowed=None):
        rng = self.rng = random.Random(seed)
        self.steps = [self._step(number) for number in range(12)]
        names = [
            f'{step.id}@{node}' if node else step.id
            for step in self.steps
            for node in step.nodes or (None,)
        ]
        self.names = names
        self.edges = [
            (names[a], names[b])
            for b in range(len(names))
            for a in range(b)
            if rng.random() < 0.1
        ]
        work = [name for name in names if '@' in name]
        self.fails = {
            name for name in work if not healthy and rng.random() < 0.12
        }
        self.plan = plans.make(
            self.steps,
            self.edges,
            None if allowed is None else {'all': ('abcd', allowed)},
        )
        self.before = {name: set() for name in names}
        for first, then in self.edges:
            self.before[then].add(first)
        self.sync = {step.id for step in self.steps if not step.nodes}
        self.tolerated = {
            f'{step.id}@{node}'
            for step in self.steps
            for node in step.nodes
            if not step.fail_on_error
        }

    def _step(self, number):
        rng = self.rng
        if rng.random() < 0.2:
            return plans.Step(f't{number}')
        nodes = rng.sample('abcd', rng.randint(1, 4))
        return plans.Step(
            f't{number}',
            tuple(sorted(nodes)),
            limit=rng.choice((None, 1, 2)),
            fail_on_error=rng.random() < 0.8,
        )

    def limits(self):
        return {step.id: step.limit for step in self.steps}

    def answer(self, attempt):
        if attempt.name in self.fails:
            return agents.failed(attempt)
        return agents.ready(attempt)

    def bad(self, name, states):
        if name in self.sync:
            return False
        state = states[name]
        tolerated = state == ERROR and name in self.tolerated
        return state in (ERROR, DEP_FAILED) and not tolerated

    def all_before(self, name):
        """What must have ended: also what sync points hold back."""
        found, look = set(), list(self.before[name])
        while look:
            other = look.pop()
            found.add(other)
            if other in self.sync:
                look.extend(self.before[other])
        return found


class _Watch:
    """Checks, when an attempt starts, what must be durable by then."""

    def __init__(self, case, run, stop_after=None):
        self.case, self.run, self.stop_after = case, run, stop_after
        self.running, self.started, self.wrong = {}, [], []

    def __call__(self, attempt):
        rows = self.run.rows()
        row = rows[attempt.name]
        expected = (ExecutionState.RUNNING, attempt.attempt)
        self._check((row.state, row.attempt) == expected, attempt, 'ahead')
        early = [
            name
            for name in self.case.all_before(attempt.name)
            if rows[name].state in ('pending', 'running')
        ]
        self._check(not early, attempt, 'too early')
        node = attempt.name.partition('@')[2]
        busy = [name.partition('@')[2] for name in self.running]
        self._check(node not in busy, attempt, 'two on a node')
        same = [each for each in self.running.values() if each == attempt.task]
        limit = self.case.limits()[attempt.task]
        self._check(not limit or len(same) < limit, attempt, 'limit')
        self.running[attempt.name] = attempt.task
        self.started.append(attempt.name)
        if len(self.started) == self.stop_after:
            self.run.ask(Asked.STOP)

    def _check(self, holds, attempt, what):
        if not holds:
            self.wrong.append((attempt.name, what))

    def answer(self, attempt):
        outcome = self.case.answer(attempt)
        self.running.pop(attempt.name, None)
        return outcome


class PropertyTest(scenario.EngineTest):
    """Every rule at once, on graphs that nobody thought of."""

    def _drive(self, case, seed, stop_after=None):
        run = scenario.Scenario(self.database, case.plan)
        watch = _Watch(case, run, stop_after)
        state = run.go(agents.Agents(watch.answer, watch, seed))
        self.assertEqual([], watch.wrong, f'seed {seed}')
        return run, state, watch.started

    def _check_states(self, case, states, started, seed):
        failed_nodes = {
            name.partition('@')[2]
            for name in started
            if name in case.fails and name not in case.tolerated
        }
        for name, state in states.items():
            bad = any(case.bad(each, states) for each in case.before[name])
            node = name.partition('@')[2]
            if name in case.sync:
                expected = {READY}
            elif name in started:
                expected = {ERROR if name in case.fails else READY}
                self.assertFalse(bad, f'seed {seed}: {name}')
            else:
                expected = {DEP_FAILED}
                blamed = bad or node in failed_nodes
                self.assertTrue(blamed, f'seed {seed}: {name} never ran')
            self.assertIn(state, expected, f'seed {seed}: {name}')

    def test_states_follow_from_what_failed(self):
        for seed in range(CASES):
            case = _Case(seed)
            run, state, started = self._drive(case, seed)
            self.assertEqual(RunState.READY, state)
            self._check_states(case, run.states(), started, seed)

    def test_a_stop_and_a_resume_change_nothing(self):
        for seed in range(1000, 1000 + CASES):
            case = _Case(seed, healthy=True)
            stop_after = case.rng.randint(1, 8)
            run, state, first = self._drive(case, seed, stop_after)
            if state == RunState.STOPPED:
                run.resume()
                watch = _Watch(case, run)
                state = run.go(agents.Agents(watch.answer, watch, seed))
                self.assertEqual([], watch.wrong, f'seed {seed}')
                first = first + watch.started
            self.assertEqual(RunState.READY, state)
            work = [name for name in case.names if '@' in name]
            self.assertEqual(sorted(work), sorted(first), f'seed {seed}')

    def test_a_resume_runs_just_what_is_undone(self):
        for seed in range(2000, 2000 + CASES):
            case = _Case(seed, allowed=0)
            run, state, started = self._drive(case, seed)
            if state == RunState.READY:
                self.assertFalse(case.fails & set(started) - case.tolerated)
                continue
            undone = [
                name
                for name, state in run.states().items()
                if state != READY and name not in case.sync
            ]
            case.fails = set()
            run.resume()
            watch = _Watch(case, run)
            run.go(agents.Agents(watch.answer, watch, seed))
            self.assertEqual([], watch.wrong, f'seed {seed}')
            self.assertEqual(sorted(undone), sorted(watch.started))
            self.assertEqual({READY}, set(run.states().values()))

    def test_healthy_runs_keep_every_order_that_taskflow_keeps(self):
        for seed in range(3000, 3000 + CASES):
            case = _Case(seed, healthy=True)
            order = self._serial_order(case)
            _, state, started = self._drive(case, seed)
            self.assertEqual(RunState.READY, state)
            work = [name for name in order if '@' in name]
            self.assertEqual(sorted(work), sorted(started))
            for first, then in case.edges:
                self.assertLess(order.index(first), order.index(then))
                if '@' in first and '@' in then:
                    self.assertLess(started.index(first), started.index(then))

    def _serial_order(self, case):
        order = []
        stock = graph_flow.Flow('stock')
        atoms = {
            name: taskflow.task.FunctorTask(
                lambda name=name: order.append(name), name=name
            )
            for name in case.names
        }
        stock.add(*atoms.values())
        for first, then in case.edges:
            stock.link(atoms[first], atoms[then])
        taskflow.engines.run(stock, engine='serial')
        return order
