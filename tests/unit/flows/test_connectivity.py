"""Graphs that fall into parts."""

import unittest

from trailmark.flows import connectivity
from trailmark.tests.unit.flows import folders


def _parts(text: str) -> list[str]:
    return [str(one) for one in connectivity.check(folders.release(text))]


class ConnectivityTest(unittest.TestCase):
    """Fuel: behaviour 105."""

    def test_a_graph_that_hangs_together_is_well(self) -> None:
        text = """
- {id: a, type: stage}
- {id: b, type: stage, requires: [a]}
- {id: c, type: stage, cross-depends: [{name: /b/}]}
- {id: d, type: stage, required_for: [a]}
"""
        self.assertEqual([], _parts(text))

    def test_what_nothing_links_to_the_rest_is_warned_of(self) -> None:
        text = """
- {id: a, type: stage}
- {id: b, type: stage, requires: [a]}
- {id: c, type: stage}
- {id: d, type: stage, requires: [b]}
"""
        [said] = _parts(text)
        self.assertIn('warning: task c: nothing links c to the rest', said)

    def test_groups_are_no_part_of_the_order(self) -> None:
        text = """
- {id: a, type: stage}
- {id: web, type: group, version: 2.0.0, roles: [web]}
"""
        self.assertEqual([], _parts(text))
