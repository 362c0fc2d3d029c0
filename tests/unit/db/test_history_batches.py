"""Histories over many runs: by cluster, node, task, type and state."""

from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import RunState
from trailmark.db import (
    cluster_changes,
    clusters,
    flushes,
    history_filters,
    runs,
    tasks_history,
    transitions,
)
from trailmark.tests import databases
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import A1, A2, B1, B2, E

load_tests = testscenarios.load_tests_apply_scenarios

_RUNS = 23


class ManyRunsTest(base.DatabaseTest):
    """Runs of one cluster; b on n2 fails in every fifth."""

    def setUp(self) -> None:
        """Insert them, of two types by turns; nodes have their own names."""
        super().setUp()
        self.made = self.cluster()
        name = databases.fresh_name('n')
        self.nodes = (f'{name}-1', f'{name}-2')
        self.runs = [self.ready(number) for number in range(_RUNS)][::-1]
        self.failed = self.runs[2::5]

    def ready(self, number: int) -> int:
        """A run that ended."""
        types = ('default', 'other') if number % 2 else ('other',)
        last = E.ERROR if number % 5 == 0 else E.READY
        nodes = [
            (at, 100 + at, node, ()) for at, node in enumerate(self.nodes, 1)
        ]
        run, claim = self.insert(self.made.id, graph_types=types, nodes=nodes)
        keys = (A1, B1, A2, B2)
        claim = self.move(
            claim, *((key, E.PENDING, E.RUNNING) for key in keys)
        )
        ends = zip(keys, (*[E.READY] * 3, last), strict=True)
        claim = self.move(claim, *((key, E.RUNNING, end) for key, end in ends))
        flushes.finish(self.db, claim, RunState.READY, None)
        return run

    def found(self, **chosen: Any) -> list[tuple[int, str, str | None]]:
        """Run, task and node of all rows, in pages of seven."""
        after, found = None, []
        while rows := tasks_history.page(
            self.db, after=after, limit=7, **chosen
        ):
            after = rows[-1].id
            found += [(row.run, row.task, row.node) for row in rows]
        return found

    def test_a_node_has_its_rows_of_all_runs(self) -> None:
        """By its name, or by its id in a cluster."""
        expected = [
            (run, task, self.nodes[1]) for run in self.runs for task in 'ab'
        ]

        self.assertEqual(expected, self.found(nodes=[self.nodes[1]]))
        self.assertEqual(
            expected, self.found(cluster=self.made.id, nodes=[102])
        )

    def test_rare_rows_are_found_in_whichever_runs_they_are(self) -> None:
        """However many runs without one lie between."""
        expected = [(run, 'b', self.nodes[1]) for run in self.failed]
        for chosen in (
            {'cluster': self.made.id},
            {'nodes': [self.nodes[1]]},
            {'nodes': list(self.nodes), 'tasks': ['b']},
        ):
            with self.subTest(str(chosen)):
                rows = self.found(statuses=['error'], **chosen)
                self.assertEqual(expected, rows)

    def test_rows_are_those_of_a_task_in_graphs_of_a_type(self) -> None:
        """Each run has its types at positions of its own."""
        expected = [
            (run, 'a', self.nodes[0])
            for run in self.runs
            if 'default' in runs.get(self.db, run).graph_types
        ]
        for chosen in (
            {'types': ['default'], 'tasks': ['a']},
            {'tasks': ['default:a']},
        ):
            with self.subTest(str(chosen)):
                rows = self.found(nodes=[self.nodes[0]], **chosen)
                self.assertEqual(expected, rows)

    def test_nothing_is_found_of_what_there_is_not(self) -> None:
        """No error, but for a run."""
        cluster = self.made.id
        for chosen in (
            {'nodes': ['nowhere', '9' * 30]},
            {'cluster': cluster, 'tasks': ['nothing']},
            {'cluster': cluster, 'types': ['no']},
            {'cluster': cluster, 'statuses': ['running']},
        ):
            with self.subTest(str(chosen)):
                self.assertEqual([], self.found(**chosen))
        self.assertRaises(exceptions.NotFound, self.found, run=1 << 40)

    def test_a_run_of_another_cluster_is_not_found(self) -> None:
        """Though it is there. History: behaviour 22."""
        other = self.cluster().id

        self.assertRaises(
            *(exceptions.NotFound, self.found),
            run=self.runs[0],
            cluster=other,
        )

    def test_the_history_of_a_deleted_cluster_is_there(self) -> None:
        """By the cluster's id."""
        cluster_changes.delete(self.db, self.made.name)

        number = clusters.number(self.db, self.made.id)

        self.assertEqual(4 * _RUNS, len(self.found(cluster=number)))

    def moves(self, **chosen: Any) -> list[tuple[int, str, str, str]]:
        """Run, task, type and new state of all transitions, by sevens."""
        which = history_filters.Filter(**chosen)
        after, found = None, []
        while rows := transitions.of_runs(self.db, which, after, 7):
            after = (rows[-1].run, rows[-1].id)
            found += [(m.run, m.task, m.graph_type, str(m.new)) for m in rows]
        return found

    def test_transitions_of_a_node_are_those_of_all_runs(self) -> None:
        """The newest run first, each in the order of time."""
        found = self.moves(nodes=[self.nodes[0]])

        kinds = [runs.get(self.db, run).graph_types[0] for run in self.runs]
        self.assertEqual(
            [
                (run, task, kind, state)
                for run, kind in zip(self.runs, kinds, strict=True)
                for state in ('running', 'ready')
                for task in 'ab'
            ],
            found,
        )

    def test_transitions_are_of_executions_that_are_chosen(self) -> None:
        """By the states that they have now, of whatever move."""
        found = self.moves(cluster=self.made.id, statuses=['error'])

        self.assertEqual(
            [
                (run, 'b', new)
                for run in self.failed
                for new in ('running', 'error')
            ],
            [(run, task, new) for run, task, _kind, new in found],
        )
