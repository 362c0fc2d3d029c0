"""Counts of steps, on every kind of database, and what plugins report."""

import collections
import random

import sqlalchemy as sa
import testscenarios

from trailmark.common import exceptions, states, step_types
from trailmark.common.states import Asked, RunState
from trailmark.db import (
    counters,
    counting,
    flushes,
    plugin_steps,
    records,
    step_records,
    steps,
    tables,
)
from trailmark.db import runs as db_runs
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios
E = base.E
_KEYS = (base.A1, base.B1, base.A2, base.B2)
_FROM: dict[states.ExecutionState, list[states.ExecutionState]] = (
    collections.defaultdict(list)
)
for _old, _new in sorted(states.EXECUTION_TRANSITIONS):
    _FROM[_old].append(_new)


class StepsTest(base.DatabaseTest):
    def begun(self, **more: object) -> tuple[int, records.Claim]:
        """A run that creates a cluster of its own."""
        self.number = self.cluster().id
        return self.insert(self.number, step_types=('creating',), **more)

    def read(self) -> list[step_records.Step]:
        """Steps of the cluster."""
        return steps.of_cluster(self.db, self.number, step_types.TYPES)

    def test_counts_are_those_of_the_executions_after_any_moves(self) -> None:
        """Whether they were stored meanwhile or not."""
        chosen = random.Random(7)
        _run, claim = self.begun()
        now = dict.fromkeys(_KEYS, E.PENDING)
        for _ in range(40):
            key = chosen.choice(_KEYS)
            if not _FROM[now[key]]:
                continue
            new = chosen.choice(_FROM[now[key]])
            claim = self.move(claim, (key, now[key], new))
            now[key] = new
            if chosen.random() < 0.3:
                counters.add(self.db, claim.run)

            for step in self.read():
                mine = [now[key] for key in _KEYS if key[2] == step.number]
                self.assertEqual(
                    (
                        sum(state in step_records.DONE for state in mine),
                        sum(state in step_records.BAD for state in mine),
                    ),
                    (step.completed, step.failed),
                )

    def test_a_run_that_has_ended_has_all_of_its_counts_stored(self) -> None:
        run, claim = self.begun()
        claim = self.move(
            claim,
            (base.A1, E.PENDING, E.RUNNING),
            (base.A2, E.PENDING, E.RUNNING),
        )
        claim = self.move(
            claim, (base.A1, E.RUNNING, E.READY), (base.A2, E.RUNNING, E.ERROR)
        )
        flushes.finish(self.db, claim, RunState.ERROR, None, E.CANCELLED)

        with self.db.reader() as opened:
            self.assertEqual(
                {}, counters.since(opened, run, _stored(opened, run))
            )
        self.assertEqual(
            [(1, 1), (0, 2)], [(s.completed, s.failed) for s in self.read()]
        )

    def test_a_run_that_is_cancelled_before_it_began_has_them_too(
        self,
    ) -> None:
        self.number = self.cluster().id
        new = base.new_run(self.number, step_types=('creating',))
        run, _claim = db_runs.insert(self.db, new, None, 30.0)
        db_runs.ask(self.db, run, Asked.CANCEL, 'me')

        with self.db.reader() as opened:
            counts = counting.of_rows(opened, run)
            stored = _stored(opened, run)
            self.assertEqual({}, counters.since(opened, run, stored))
        self.assertEqual({'cancelled': 4}, counts)

    def test_executions_that_are_skipped_from_the_start_count(self) -> None:
        skipped = [(*key, E.SKIPPED) for key in sorted(_KEYS)]
        self.begun(executions=skipped)

        self.assertEqual([2, 2], [step.completed for step in self.read()])

    def test_numbers_of_steps_are_unlike_those_of_plugins(self) -> None:
        self.begun(plugin_steps=[('p', 'creating', 'x')])

        numbers = [step.id for step in self.read()]
        self.assertEqual(3, len(set(numbers)))

    def test_a_report_of_a_declared_step_changes_it(self) -> None:
        self.begun(plugin_steps=[('p', 'creating', 'x')])
        said = step_records.Report('p', 'x', None, 3, 5)
        step = plugin_steps.report(
            self.db, self.number, said, step_types.TYPES
        )

        self.assertEqual(
            (3, 5, None), (step.completed, step.total, step.successful)
        )
        self.assertEqual([step], [s for s in self.read() if s.graph is None])

    def test_a_report_belongs_to_a_run(self) -> None:
        number = self.cluster().id
        said = step_records.Report('p', 'x', None, 3, 5)

        self.assertRaises(
            exceptions.NotFound,
            *(plugin_steps.report, self.db, number, said, step_types.TYPES),
        )


def _stored(opened: sa.Connection, run: int) -> int:
    """Up to which transition the counts of a run are stored."""
    r = tables.runs.c
    found = opened.execute(sa.select(r.counted_to).where(r.id == run))
    return int(found.scalar_one())
