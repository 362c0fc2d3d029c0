"""How many nodes may fail."""

import unittest

from trailmark.engine import tolerance
from trailmark.tests import plans


def _tolerance(**groups):
    planned = plans.make([plans.Step('t', ('a', 'b', 'c', 'd'))], (), groups)
    return tolerance.Tolerance(planned.tolerance, planned.nodes)


class ToleranceTest(unittest.TestCase):
    """Fuel: behaviours 84 to 88."""

    def test_as_many_nodes_as_allowed_may_fail(self):
        counted = _tolerance(g=(('a', 'b'), 1))

        counted.fail(1)

        self.assertIsNone(counted.exceeded())

    def test_one_more_exceeds_it(self):
        counted = _tolerance(g=(('a', 'b'), 1))

        counted.fail(1)
        counted.fail(2)

        self.assertEqual('g', counted.exceeded().name)

    def test_a_node_counts_once(self):
        counted = _tolerance(g=(('a', 'b'), 1))

        counted.fail(1)
        counted.fail(1)

        self.assertIsNone(counted.exceeded())

    def test_a_node_of_two_groups_counts_in_each(self):
        counted = _tolerance(wide=(('a', 'b', 'c'), 3), none=(('b',), 0))

        counted.fail(2)

        self.assertEqual('none', counted.exceeded().name)

    def test_the_explanation_names_the_nodes_and_the_group(self):
        counted = _tolerance(g=(('a', 'b'), 1))
        counted.fail(2)
        counted.fail(1)

        said = counted.explain(counted.exceeded())

        self.assertEqual(
            'fault tolerance of group g is exceeded: 2 failed (b, a), '
            '1 allowed',
            said,
        )
