"""Graphs as DOT texts."""

import unittest

from trailmark.common import states
from trailmark.flows import drawing
from trailmark.tests.unit.flows import building

task = building.task


class TemplateTest(unittest.TestCase):
    def test_each_type_has_its_style(self) -> None:
        """Fuel: behaviour 74."""
        text = drawing.template_dot(
            building.graph(
                task('a', 'stage'),
                task('b', 'group'),
                task('c', 'skipped'),
                task('d', requires=['a'], groups=['b']),
            )
        )

        self.assertEqual(
            'digraph "default" {\n'
            '    "a" [style=filled, fillcolor=red, shape=rect];\n'
            '    "b" [style="filled, rounded", fillcolor=lightskyblue,'
            ' shape=box];\n'
            '    "c" [style=filled, fillcolor=gray95];\n'
            '    "d" [style=filled, fillcolor=yellowgreen];\n'
            '    "a" -> "d";\n'
            '    "d" -> "b";\n'
            '}\n',
            text,
        )

    def test_relations_across_nodes_are_dashed(self) -> None:
        text = drawing.template_dot(
            building.graph(
                task('a-1'),
                task('a-2'),
                task('b', cross_depends=[{'name': '/a-/'}]),
                task('c', cross_depended_by=[{'name': 'b'}]),
            )
        )

        for edge in ('"a-1" -> "b"', '"a-2" -> "b"', '"c" -> "b"'):
            self.assertIn(f'{edge} [style=dashed];', text)

    def test_names_of_no_task_are_dotted(self) -> None:
        text = drawing.template_dot(
            building.graph(task('a', required_for=['gone"']))
        )

        self.assertIn('"gone\\"" [style=dotted];', text)
        self.assertIn('"a" -> "gone\\"";', text)


class PlanTest(unittest.TestCase):
    made = building.planned(
        task('s', 'stage'),
        task('a', roles='*', requires=['s']),
        task('b', roles='*', cross_depends=[{'name': 'a'}]),
        task('c', 'skipped', roles='one', requires=['b']),
        on=building.nodes(n1='one', n2='two'),
    )

    def test_executions_with_edges_between_nodes_dashed(self) -> None:
        """Fuel: behaviour 76."""
        text = drawing.plan_dot(self.made)

        for line in (
            'node[ style = "filled, solid"];',
            '"s" [label = "s", fillcolor = "cyan", shape = rect];',
            '"a@n1" [label = "a@n1", fillcolor = "white"];',
            '"c@n1" [label = "c@n1", fillcolor = "magenta"];',
            '"s" -> "a@n1";',
            '"a@n1" -> "b@n1";',
            '"a@n1" -> "b@n2" [style=dashed];',
        ):
            self.assertIn(f'    {line}\n', text)

    def test_states_have_colours(self) -> None:
        text = drawing.plan_dot(
            self.made,
            {
                'a@n1': states.ExecutionState.ERROR,
                'b@n1': states.ExecutionState.DEP_FAILED,
                's': states.ExecutionState.READY,
            },
        )

        self.assertIn('label = "a@n1", fillcolor = "red"', text)
        self.assertIn('label = "b@n1", fillcolor = "orange"', text)
        self.assertIn('label = "s", fillcolor = "green"', text)
