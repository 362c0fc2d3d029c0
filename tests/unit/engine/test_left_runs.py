"""Every state and wish in which an engine may leave a run, and what becomes \
of it."""

import itertools
from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.db import claims, runs, tables
from trailmark.flows import compile as compiled
from trailmark.flows import plan
from trailmark.messaging import contracts
from trailmark.tests import agents, databases, plans
from trailmark.tests.unit.engine import scenario

_E, _R = ExecutionState, RunState
_LEFT = (_R.PENDING, _R.RUNNING, _R.STOPPING)
_ASKED = (Asked.NONE, Asked.STOP, Asked.CANCEL)
#: How far executions a and b of a node had come, a before b.
_DONE: dict[str, tuple[tuple[int, ExecutionState], ...]] = {
    'nothing': (),
    'running': ((0, _E.RUNNING),),
    'failed': ((0, _E.RUNNING), (0, _E.ERROR)),
    'finished': (
        *((0, _E.RUNNING), (0, _E.READY)),
        *((1, _E.RUNNING), (1, _E.READY)),
    ),
}
_THEN = ('adopt', 'resume', 'stop', 'cancel')
_TABLE = list(itertools.product(_LEFT, _ASKED, _DONE, _THEN))


def _end(state: RunState, asked: Asked, done: str, then: str) -> RunState:
    """The state in which a run has to end that was left so."""
    if then == 'resume':
        return _R.READY
    if state == _R.PENDING and done == 'failed':
        done = 'nothing'  # a reopened run tries it again
    wish = asked
    if then != 'adopt' and asked != Asked.CANCEL:
        wish = Asked(then)
    began = state == _R.STOPPING
    if wish == Asked.CANCEL and state == _R.PENDING and done != 'running':
        return _R.CANCELLED
    if done == 'finished' and not began:
        return _R.READY  # the wish came too late
    if wish == Asked.CANCEL:
        return _R.CANCELLED
    if done == 'failed':
        return _R.ERROR
    stops = began or wish == Asked.STOP
    return _R.STOPPED if stops else _R.READY


class _Left(scenario.Scenario):
    """A run of a and b on one node that its engine left somewhere."""

    def __init__(self, database: Any) -> None:
        super().__init__(database, _plan())
        self.buffered = self.buffer()
        self.flow = compiled.compile_plan('run', self.plan)

    def come_to(self, done: str) -> None:
        """Move executions as their engine did."""
        for number, state in _DONE[done]:
            execution = self.flow.ordered[number]
            execution.attempt = 1
            self.buffered.change(execution, state)
        self.buffered.flush()

    def leave(self, state: RunState, asked: Asked) -> None:
        """Have its engine end."""
        if state == _R.STOPPING:
            self.buffered.set_state(state)
        self.buffered.release()
        if state == _R.PENDING:
            claims.reopen(self.database, self.run)
        if asked != Asked.NONE:
            self.ask(asked)

    def then(self, what: str) -> None:
        """Have a person or an engine take it."""
        if what in ('stop', 'cancel') and self.state in _LEFT:
            self.ask(Asked(what))
        if what == 'resume' or self.state in _LEFT:
            self.resume('resume' if what == 'resume' else 'adopt')

    @property
    def state(self) -> RunState:
        """Of the run, as it stands in the database."""
        return runs.get(self.database, self.run).state


def _plan() -> plan.Plan:
    steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
    return plans.make(steps, [('a@n', 'b@n')], {'g': (('n',), 0)})


def _agents(run: _Left) -> agents.Agents:
    """They end what is cancelled, as real ones do."""

    def answer(attempt: contracts.TaskAttempt) -> contracts.Outcome:
        if attempt.id in doubles.cancelled:
            return contracts.Outcome(attempt.id, _E.CANCELLED)
        return agents.ready(attempt)

    doubles = agents.Agents(answer)
    return doubles


class LeftRunTest(testscenarios.TestWithScenarios, scenario.EngineTest):
    """On every database; a table of what was left and what is done then.

    Guard: adopt-any-state. Guard: obey-asked.
    """

    scenarios = [(name, {'dialect': name}) for name in databases.DIALECTS]
    dialect = 'sqlite'

    def setUp(self) -> None:
        super().setUp()
        reason = databases.why_not(self.dialect)
        if reason is not None:
            self.skipTest(reason)
        self.database = databases.shared(self.dialect)

    def _driven(
        self, state: RunState, asked: Asked, done: str, then: str
    ) -> _Left:
        run = _Left(self.database)
        run.come_to(done)
        run.leave(state, asked)
        run.then(then)
        if run.state in _LEFT:
            run.go(_agents(run))
        return run

    def test_it_ends_as_the_table_says(self) -> None:
        for cell in _TABLE:
            with self.subTest(cell=cell):
                self.assertEqual(_end(*cell), self._driven(*cell).state)

    def test_an_adopted_brake_tells_of_its_tolerance_again(self) -> None:
        run = self._driven(_R.STOPPING, Asked.NONE, 'failed', 'adopt')

        said = runs.get(self.database, run.run).message

        self.assertEqual(
            'fault tolerance of group g is exceeded: 1 failed (n), 0 allowed',
            said,
        )

    def test_a_run_that_is_being_deleted_is_nobodys_to_take(self) -> None:
        run = self._driven(_R.RUNNING, Asked.NONE, 'failed', 'adopt')
        with self.database.writer() as opened:
            opened.execute(
                tables.runs.update()
                .where(tables.runs.c.id == run.run)
                .values(asked=Asked.PURGE)
            )

        for mode in ('start', 'adopt', 'resume'):
            with self.assertRaises(exceptions.NotFound):
                run.resume(mode)
