"""Graphs as Mermaid texts."""

import unittest

from trailmark.common.states import ExecutionState
from trailmark.flows import mermaid
from trailmark.tests import plans
from trailmark.tests.unit.flows import folders


class MermaidTest(unittest.TestCase):
    def test_tasks_are_linked_and_dotted_across_nodes(self) -> None:
        text = """
- {id: a, type: stage}
- {id: b, type: stage, requires: [a]}
- {id: c, type: stage, cross-depends: [{name: b}]}
"""
        drawn = mermaid.template(folders.release(text)).splitlines()

        self.assertEqual('flowchart TD', drawn[0])
        for line in ('t0["a"]', 't0 --> t1', 't1 -.-> t2'):
            self.assertIn(f'    {line}', drawn)

    def test_executions_are_coloured_by_their_states(self) -> None:
        plan = plans.make(
            [plans.Step('a', ('m', 'n')), plans.Step('s')], [('a@m', 's')]
        )

        drawn = mermaid.planned(plan, {'a@m': ExecutionState.ERROR})

        self.assertIn('t0["a@m"]', drawn)
        self.assertIn('class t0 cf28b82;', drawn)
        self.assertIn('class t1,t2 cffffff;', drawn)
        self.assertIn('t2(["s"])', drawn)

    def test_signs_that_mean_something_are_escaped(self) -> None:
        text = "- {id: 'a\"<b>#', type: stage}"

        drawn = mermaid.template(folders.release(text))

        self.assertIn('t0["a#34;#60;b#62;#35;"]', drawn)

    def test_no_name_is_a_list_ends_its_line_or_is_a_comment(self) -> None:
        for name, drawn in (
            ('1. one', '#49;. one'),
            ('- x', '#45; x'),
            ('%% x', '#37;#37; x'),
            ('a-1.x_y', 'a-1.x_y'),
        ):
            with self.subTest(name):
                text = f'- {{id: "{name}", type: stage}}'

                found = mermaid.template(folders.release(text))

                self.assertIn(f't0["{drawn}"]\n', found)
