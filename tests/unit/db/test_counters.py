"""Counters never disagree with rows, whatever becomes of a run."""

import collections
import random
from collections.abc import Callable

import sqlalchemy as sa
import testscenarios

from trailmark.common import exceptions, states
from trailmark.common.states import Asked, RunState
from trailmark.db import claims, counters, flushes, progress, records, tables
from trailmark.db import runs as db_runs
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios
E = base.E
_KEYS = (base.A1, base.B1, base.A2, base.B2)
_HISTORIES, _MOVES = 8, 12
_H = tables.tasks_history.c


class CountersTest(base.DatabaseTest):
    """Histories of a run of tasks a and b on nodes n1 and n2."""

    run_id: int
    claim: records.Claim
    chosen: random.Random

    def rows(self) -> dict[records.Key, states.ExecutionState]:
        """What the rows say."""
        key = (_H.graph_no, _H.node_no, _H.task_no)
        chosen = sa.select(*key, _H.state).where(_H.run_id == self.run_id)
        with self.db.reader() as opened:
            found = opened.execute(chosen).all()
        return {tuple(row[:3]): E(row[3]) for row in found}

    def assert_counted(self) -> None:
        """The run, its nodes and tasks are counted as the rows are."""
        now = self.rows()
        self.assertEqual(
            collections.Counter(now.values()),
            db_runs.get(self.db, self.run_id).counts,
        )
        for read, part in ((progress.of_nodes, 1), (progress.of_tasks, 2)):
            counted: dict[int, collections.Counter[str]] = {}
            for key, state in now.items():
                of_number = counted.setdefault(
                    key[part], collections.Counter()
                )
                of_number[state] += 1
            found = {p.number: p.counts for p in read(self.db, self.run_id)}
            self.assertEqual(counted, {n: c for n, c in found.items() if c})

    def move_some(self) -> None:
        """A flush of some legal moves, perhaps one after the other."""
        now, moves = self.rows(), []
        for key in self.chosen.sample(_KEYS, self.chosen.randint(1, 4)):
            legal = [
                new
                for old, new in sorted(states.EXECUTION_TRANSITIONS)
                if old == now[key]
            ]
            if legal:
                moves.append((key, now[key], self.chosen.choice(legal)))
        if moves:
            self.claim = self.move(self.claim, *moves)

    def repeat(self) -> None:
        """A flush whose answer was lost is written again."""
        before, state = self.claim, self.rows()[base.A1]
        if state == E.PENDING:
            move = (base.A1, state, E.RUNNING)
            self.claim = self.move(before, move)
            self.move(before, move)

    def count(self) -> None:
        """The engine has them stored; another does it once more."""
        counters.add(self.db, self.run_id)
        counters.add(self.db, self.run_id)

    def fail(self) -> None:
        """A flush that is refused: nothing of it is there."""
        wrong = [(key, E.READY, E.READY) for key in _KEYS]
        if set(self.rows().values()) != {E.READY}:
            refused = exceptions.HistoryConflict
            self.assertRaises(refused, self.move, self.claim, *wrong)

    def adopt(self) -> None:
        """The engine died: another one goes on."""
        self.taken('adopt')

    def taken(self, mode: claims.Mode, skip: claims.Skip = ()) -> None:
        self.claim = claims.claim(
            *(self.db, self.run_id, base.Holder(pid=2), 30.0, mode, skip),
            is_gone=lambda *process: True,
        )

    def skip(self) -> None:
        """The engine died, and a person resumes without a task."""
        node = self.chosen.choice((None, 'n1'))
        self.taken('resume', [(self.chosen.choice('ab'), node)])

    def stop(self) -> None:
        """The run is stopped, and resumed."""
        if E.RUNNING not in self.rows().values():
            stopping = RunState.STOPPING
            self.claim = flushes.set_state(self.db, self.claim, stopping)
            self.end(RunState.STOPPED, None)

    def cancel(self) -> None:
        """Everything that is left is cancelled; then it is resumed."""
        if E.RUNNING not in self.rows().values():
            self.end(RunState.CANCELLED, E.CANCELLED)

    def end(self, state: RunState, rest: states.ExecutionState | None) -> None:
        flushes.finish(self.db, self.claim, state, None, rest)
        self.assert_counted()
        self.taken('resume')

    def reopen(self) -> None:
        """It waits for an engine; cancelled before one took it, perhaps."""
        gone: claims.IsGone = lambda *process: True  # noqa: E731
        claims.reopen(self.db, self.run_id, is_gone=gone)
        self.assert_counted()
        if self.chosen.random() < 0.5:
            db_runs.ask(self.db, self.run_id, Asked.CANCEL, 'me')
            self.assert_counted()
        self.taken('resume')

    def test_counters_are_those_of_the_rows_after_any_history(self) -> None:
        steps: tuple[Callable[[], None], ...] = (
            *(self.move_some,) * 5,
            *(self.count, self.repeat, self.fail, self.adopt),
            *(self.skip, self.stop, self.cancel, self.reopen),
        )
        for seed in range(_HISTORIES):
            self.chosen = random.Random(seed)
            self.run_id, self.claim = self.insert()
            said = []
            for _ in range(_MOVES):
                step = self.chosen.choice(steps)
                said.append(step.__name__)
                with self.subTest(seed=seed, said=said):
                    step()
                    self.assert_counted()

    def test_what_is_skipped_from_the_start_is_counted(self) -> None:
        skipped = [(*key, E.SKIPPED) for key in sorted(_KEYS)]

        self.run_id, _claim = self.insert(executions=skipped)

        self.assert_counted()

    def test_a_resume_leaves_nothing_to_be_added_by_readers(self) -> None:
        run = self.ended(RunState.ERROR, (base.A1, E.PENDING, E.ERROR))

        self.resume(run)

        r = tables.runs.c
        with self.db.reader() as opened:
            counted = opened.execute(
                sa.select(r.counted_to).where(r.id == run)
            ).scalar_one()
            self.assertEqual({}, counters.since(opened, run, counted))
