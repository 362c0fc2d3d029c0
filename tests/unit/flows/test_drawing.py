"""Graphs as DOT texts."""

import dataclasses
import itertools
import unittest

from trailmark.common import states
from trailmark.flows import drawing, graphs
from trailmark.tests import drawings
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
            '    "a" [style=filled, fillcolor=red, shape=rect'
            ', tooltip="release r: tasks.yaml"];\n'
            '    "b" [style="filled, rounded", fillcolor=lightskyblue,'
            ' shape=box, tooltip="release r: tasks.yaml"];\n'
            '    "c" [style=filled, fillcolor=gray95'
            ', tooltip="release r: tasks.yaml"];\n'
            '    "d" [style=filled, fillcolor=yellowgreen'
            ', tooltip="release r: tasks.yaml"];\n'
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

    def test_every_name_is_read_back_as_it_was(self) -> None:
        hard = ['a"b', 'c\\', '\\N', 'x; y -> z', 'graph', '\u00e9']
        text = drawing.template_dot(
            building.graph(
                *(
                    task(name, requires=[before])
                    for before, name in itertools.pairwise(['first', *hard])
                )
            )
        )

        self.assertEqual({'first', *hard}, set(drawings.nodes(text)))
        self.assertEqual(
            set(itertools.pairwise(['first', *hard])), drawings.edges(text)
        )

    def test_tooltips_say_what_a_task_replaced(self) -> None:
        lower = graphs.Provenance('release', 'r', 'base.yaml')
        origin = graphs.Provenance('plugin', 'p"', 'p.yaml', lower)
        replaced = dataclasses.replace(task('a'), provenance=origin)

        text = drawing.template_dot(building.graph(replaced))

        self.assertEqual(
            r'"plugin p\": p.yaml\nin place of release r: base.yaml"',
            drawings.nodes(text)['a']['tooltip'],
        )


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

    def test_tooltips_say_states_and_where_tasks_come_from(self) -> None:
        origin = graphs.Provenance('release', 'r', 'tasks.yaml')

        text = drawing.plan_dot(
            self.made,
            {'a@n1': states.ExecutionState.RUNNING},
            {(0, 'a'): origin},
        )

        drawn = drawings.nodes(text)
        self.assertEqual(
            r'"running\nrelease r: tasks.yaml"', drawn['a@n1']['tooltip']
        )
        self.assertEqual('"release r: tasks.yaml"', drawn['a@n2']['tooltip'])
        self.assertNotIn('tooltip', drawn['b@n1'])
