"""Runs by what people ask for, one thing at a time and together."""

from typing import Any

import testscenarios

from trailmark.common.states import RunState
from trailmark.db import flushes, records, run_filters, runs
from trailmark.tests import databases
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios


class FilterTest(base.DatabaseTest):
    """Six runs of two clusters, which share the name of a node."""

    def setUp(self) -> None:
        """Runs end stopped but for the last one of each cluster."""
        super().setUp()
        self.node, self.kind = (databases.fresh_name(n) for n in ('n', 'é%'))
        self.clusters = [self.cluster().id for _ in range(2)]
        self.runs = [self.make(number) for number in range(6)]

    def make(self, number: int) -> int:
        """A run of the first and the second cluster by turns."""
        cluster, odd = self.clusters[number % 2], number % 3
        run, claim = self.insert(
            cluster,
            graph_types=(self.kind,) if odd else ('x', self.kind),
            nodes=[(1, 7, self.node, ()), (2, None, f'{self.node}-{odd}', ())],
        )
        if number < 4:
            self.end(claim)
        return run

    def end(self, claim: records.Claim) -> None:
        """End a run stopped."""
        stopping = flushes.set_state(self.db, claim, RunState.STOPPING)
        flushes.finish(self.db, stopping, RunState.STOPPED, None)

    def listed(self, **chosen: Any) -> list[int]:
        """Positions of the runs that are listed, by pages of two."""
        found: list[int] = []
        which = run_filters.Filter(**chosen)
        marker = None
        while page := runs.list_all(self.db, which, 2, marker):
            marker = page[-1].id
            found += [self.runs.index(run.id) for run in page]
        return found

    def test_filters_hold_together(self) -> None:
        """The newest run first, none of them twice."""
        first, second = self.clusters
        at = [runs.get(self.db, run).created_at for run in self.runs]
        for chosen, expected in (
            ({'nodes': [self.node]}, [5, 4, 3, 2, 1, 0]),
            ({'nodes': [self.node, f'{self.node}-0']}, [5, 4, 3, 2, 1, 0]),
            ({'nodes': [f'{self.node}-0'], 'cluster': first}, [0]),
            ({'nodes': [7], 'cluster': second}, [5, 3, 1]),
            ({'nodes': [7, self.node], 'cluster': second}, [5, 3, 1]),
            ({'types': [self.kind]}, [5, 4, 3, 2, 1, 0]),
            ({'types': ['x'], 'nodes': [self.node]}, [3, 0]),
            ({'types': ['x', self.kind], 'cluster': first}, [4, 2, 0]),
            ({'types': [self.kind], 'states': ['stopped']}, [3, 2, 1, 0]),
            ({'types': [self.kind], 'since': at[2]}, [5, 4, 3, 2]),
            ({'nodes': [self.node], 'until': at[2]}, [1, 0]),
            (
                {
                    'cluster': first,
                    'states': ['running', 'stopped'],
                    'types': [self.kind],
                    'nodes': [self.node],
                    'since': at[1],
                    'until': at[5],
                },
                [4, 2],
            ),
            ({'types': [self.kind[:-1]]}, []),
            ({'nodes': [self.node.upper()]}, []),
            ({'nodes': [self.node], 'states': ['ready']}, []),
        ):
            with self.subTest(str(chosen)):
                self.assertEqual(expected, self.listed(**chosen))

    def test_a_hidden_run_is_left_out_whatever_is_asked_for(self) -> None:
        """Unless hidden ones are asked for."""
        runs.hide(self.db, self.runs[1], 'me')

        for chosen in ({'nodes': [self.node]}, {'types': [self.kind]}):
            with self.subTest(str(chosen)):
                self.assertEqual([5, 4, 3, 2, 0], self.listed(**chosen))
                self.assertIn(1, self.listed(**chosen, hidden=True))
