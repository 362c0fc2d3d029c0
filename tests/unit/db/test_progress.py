"""Progress of nodes and tasks: counted, paged, picked by state."""

import testscenarios

from trailmark.db import progress
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import A1, B2, E

load_tests = testscenarios.load_tests_apply_scenarios


class ProgressTest(base.DatabaseTest):
    """A run of tasks a and b on nodes n1 and n2, and of no node."""

    def setUp(self) -> None:
        """One execution runs, one has failed."""
        super().setUp()
        self.run_id, claim = self.insert()
        claim = self.move(claim, (A1, E.PENDING, E.RUNNING))
        self.move(claim, (B2, E.PENDING, E.ERROR))

    def test_each_node_is_counted_in_order(self) -> None:
        """One without executions has none."""
        found = progress.of_nodes(self.db, self.run_id)
        self.assertEqual(
            [
                (None, {}),
                ('n1', {'running': 1, 'pending': 1}),
                ('n2', {'pending': 1, 'error': 1}),
            ],
            [(each.name, each.counts) for each in found],
        )

    def test_each_task_is_counted_with_its_graph_type(self) -> None:
        """On all its nodes."""
        found = progress.of_tasks(self.db, self.run_id)
        self.assertEqual(
            [
                ('a', 'default', {'running': 1, 'pending': 1}),
                ('b', 'default', {'pending': 1, 'error': 1}),
            ],
            [(each.name, each.graph_type, each.counts) for each in found],
        )

    def test_pages_follow_one_another(self) -> None:
        """By the number of the last one."""
        for read in (progress.of_nodes, progress.of_tasks):
            everything = read(self.db, self.run_id)
            after, found = None, []
            while page := read(self.db, self.run_id, after, 1):
                after = page[-1].number
                found += page
            self.assertEqual(everything, found)

    def test_states_pick_what_has_an_execution_in_one_of_them(self) -> None:
        """Its other executions are counted too."""
        for read, name in (
            (progress.of_nodes, 'n2'),
            (progress.of_tasks, 'b'),
        ):
            (only,) = read(self.db, self.run_id, None, 10, [E.ERROR])
            self.assertEqual(
                (name, {'pending': 1, 'error': 1}), (only.name, only.counts)
            )

    def test_a_run_that_is_not_there_has_nothing(self) -> None:
        """No error: who asks has checked."""
        self.assertEqual([], progress.of_nodes(self.db, 1 << 40))
        self.assertEqual([], progress.of_tasks(self.db, 1 << 40))
