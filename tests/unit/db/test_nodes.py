"""Nodes as clusters have them, and as runs remember them."""

import testscenarios

from trailmark.api import rules
from trailmark.common import exceptions
from trailmark.db import cluster_changes, clusters, nodes, records
from trailmark.tests import databases
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios


class NodesTest(base.DatabaseTest):
    """What is found of them, by ids and names."""

    def test_a_node_is_found_by_its_id_with_its_cluster(self) -> None:
        """No other number finds one."""
        cluster = self.cluster()
        node = cluster.nodes[0]
        assert node.id is not None

        found = nodes.find(self.db, node.id)

        self.assertEqual((node, cluster.id), found)
        self.assertRaises(exceptions.NotFound, nodes.find, self.db, 1 << 40)

    def test_a_node_is_known_while_a_cluster_or_a_run_has_it(self) -> None:
        """By its name and by its id, also when it was removed."""
        name = databases.fresh_name('n')
        cluster = self.cluster(nodes=(records.NodeRecord(name, ('x',)),))
        number = cluster.nodes[0].id
        assert number is not None
        nodes.check_known(self.db, name)
        self.insert(cluster.id, nodes=[(1, number, name, ())])

        cluster_changes.remove_node(self.db, cluster.id, name)

        for known in (name, number):
            nodes.check_known(self.db, known)
        for unknown in (f'{name}x', 1 << 40, '9' * 30):
            self.assertRaises(
                exceptions.NotFound, nodes.check_known, self.db, unknown
            )

    def test_nodes_that_are_listed_may_replace_all_others(self) -> None:
        """It is said what came and what went."""
        cluster, fit = self.cluster(), rules.fitting()
        given = [records.NodeRecord('n2', ('z',)), records.NodeRecord('n3')]

        told = cluster_changes.put_nodes(
            self.db, cluster.id, given, fit, replace=True
        )

        found = clusters.get(self.db, cluster.id).nodes
        self.assertEqual(
            [('n2', ('z',)), ('n3', ())],
            [(node.name, node.roles) for node in found],
        )
        self.assertEqual(3, len(told), told)
