"""The history as people read it: pages, filters, counts."""

from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import RunState
from trailmark.db import (
    checkpoints,
    faults,
    flushes,
    records,
    runs,
    summaries,
    tasks_history,
    transitions,
)
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import A1, A2, B1, B2, E

load_tests = testscenarios.load_tests_apply_scenarios


class PageTest(base.DatabaseTest):
    """Rows by filters, page by page."""

    def keys(self, **more: Any) -> list[tuple[int, records.Key]]:
        """Runs and keys of a page."""
        return [
            (row.run, (row.graph, row.node_no, row.task_no))
            for row in tasks_history.page(self.db, **more)
        ]

    def test_pages_follow_one_another_over_runs(self) -> None:
        """The newest run first, by key within a run."""
        old = self.ended(RunState.STOPPED)
        cluster = runs.get(self.db, old).cluster_id
        new, _ = self.insert(cluster)
        everything = [(r, k) for r in (new, old) for k in (A1, B1, A2, B2)]
        after, found = None, []
        while rows := tasks_history.page(
            self.db, cluster=cluster, after=after, limit=3
        ):
            after = rows[-1].id
            found += [(r.run, (r.graph, r.node_no, r.task_no)) for r in rows]
        self.assertEqual(everything, found)

    def test_filters_pick_rows(self) -> None:
        """By names and ids of nodes, names of tasks, and states."""
        run, claim = self.insert()
        self.move(claim, (A1, E.PENDING, E.RUNNING))
        for more, keys in (
            ({'nodes': ['n1']}, [A1, B1]),
            ({'nodes': [102]}, [A2, B2]),
            ({'nodes': [101, 'n2']}, [A1, B1, A2, B2]),
            ({'nodes': ['n9']}, []),
            ({'tasks': ['b']}, [B1, B2]),
            ({'tasks': ['default:b'], 'nodes': ['n2']}, [B2]),
            ({'tasks': ['other:b']}, []),
            ({'statuses': ['running', 'ready']}, [A1]),
            ({'limit': 2}, [A1, B1]),
        ):
            with self.subTest(str(more)):
                expected = [(run, key) for key in keys]
                self.assertEqual(expected, self.keys(run=run, **more))

    def test_nodes_are_found_in_all_runs(self) -> None:
        """Without a run or a cluster."""
        nodes = [(1, None, self.getUniqueString(), ())]
        one, two = (
            self.insert(nodes=nodes, executions=[(*A1, E.PENDING)])[0]
            for _ in range(2)
        )
        self.assertEqual(
            [(two, A1), (one, A1)], self.keys(nodes=[nodes[0][2]])
        )

    def test_a_row_tells_names_and_the_public_id(self) -> None:
        """As clients see them."""
        run, claim = self.insert()
        self.move(claim, (B2, E.PENDING, E.RUNNING), message='m')
        row = tasks_history.get(self.db, run, 'b', 'n2')
        self.assertEqual(
            ('b', 'n2', 102, 'default', E.RUNNING, 1, 11, None, 'm'),
            (
                row.task,
                row.node,
                row.node_id,
                row.graph_type,
                row.state,
                row.attempt,
                row.started_at,
                row.ended_at,
                row.message,
            ),
        )
        self.assertEqual(run << 28 | 1 << 14 | 2, row.id)

    def test_what_is_not_there_or_not_single_is_not_found(self) -> None:
        """An execution, a run, a marker."""
        run, _ = self.insert()
        for task, node in (('b', None), ('b', 'n9'), ('c', 'n1')):
            self.assertRaises(
                exceptions.NotFound,
                tasks_history.get,
                self.db,
                run,
                task,
                node,
            )
        self.assertRaises(exceptions.NotFound, self.keys, run=1 << 40)
        self.assertRaises(exceptions.NotFound, self.keys, run=run, after=5)

    def test_counts_are_of_the_run(self) -> None:
        """By state."""
        run, claim = self.insert()
        self.move(claim, (A1, E.PENDING, E.RUNNING))
        self.assertEqual(
            {'running': 1, 'pending': 3}, tasks_history.counts(self.db, run)
        )


class AttemptTest(base.DatabaseTest):
    """What attempts leave behind."""

    def write(self, **lists: Any) -> int:
        """A run with one flush of these."""
        run, claim = self.insert()
        flushes.flush(self.db, claim, records.Batch(**lists))
        return run

    def test_a_large_summary_comes_back_as_it_was(self) -> None:
        """Unicode, NUL and all; with a page only when asked for."""
        body = {'stdout': 'é\0😀\ud800' * 40_000, 'exit_code': 1}
        run = self.write(
            changes=[base.change(A1, E.PENDING, E.ERROR)],
            summaries=[records.Summary(A1, 1, body)],
        )
        said = summaries.of_execution(self.db, run, A1)
        self.assertEqual([records.Summary(A1, 1, body)], said)
        (row,) = tasks_history.failed(self.db, run)
        self.assertEqual(body, row.summary)
        (row, *_) = tasks_history.page(self.db, run=run)
        self.assertIsNone(row.summary)

    def test_many_large_summaries_pass_in_one_flush(self) -> None:
        """More than one packet of the server holds."""
        body = {'stdout': 'x' * 64_000}
        run = self.write(
            summaries=[records.Summary((0, 1, n), 1, body) for n in range(300)]
        )
        self.assertEqual(
            [records.Summary((0, 1, 299), 1, body)],
            summaries.of_execution(self.db, run, (0, 1, 299)),
        )

    def test_the_last_word_of_an_attempt_counts(self) -> None:
        """Within one flush, and over flushes."""
        run, claim = self.insert()
        for batch in (('1', '2'), ('3',)):
            told = [records.Checkpoint(A1, 1, body, 5) for body in batch]
            claim = flushes.flush(
                self.db, claim, records.Batch(checkpoints=told)
            )
        self.assertEqual(
            [records.Checkpoint(A1, 1, '3', 5)],
            checkpoints.of_execution(self.db, run, A1),
        )

    def test_the_latest_checkpoint_is_of_the_last_attempt(self) -> None:
        """For each execution that has one."""
        run = self.write(
            checkpoints=[
                records.Checkpoint(A1, 2, 'later', 6),
                records.Checkpoint(A1, 1, 'first', 5),
                records.Checkpoint(B2, 1, '😀', 7),
            ]
        )
        self.assertEqual(
            {A1: 'later', B2: '😀'}, checkpoints.latest(self.db, run)
        )

    def test_faults_are_kept_by_attempt(self) -> None:
        """Of one execution and of a run."""
        told = [
            records.Fault(A1, 1, 'Interrupted', None, 5),
            records.Fault(A1, 2, 'Failed', 'exit 1', 6),
        ]
        run = self.write(faults=told)
        self.assertEqual(told, faults.of_execution(self.db, run, A1))
        self.assertEqual(told[::-1], faults.of_run(self.db, run))
        self.assertEqual([], faults.of_execution(self.db, run, B1))

    def test_transitions_of_one_execution_are_told_apart(self) -> None:
        """With names and types."""
        run, claim = self.insert()
        self.move(claim, (A1, E.PENDING, E.RUNNING), (B1, E.PENDING, E.READY))
        (row,) = transitions.of_execution(self.db, run, B1)
        self.assertEqual(
            ('b', 'n1', 'default', E.PENDING, E.READY, 1, 11),
            (
                row.task,
                row.node,
                row.graph_type,
                row.old,
                row.new,
                row.attempt,
                row.at,
            ),
        )
