"""How two graphs differ."""

import unittest
from typing import Any

from trailmark.flows import differences, graphs
from trailmark.tests.unit.flows import building

task, graph = building.task, building.graph
C = differences.Change


def found(
    before: graphs.Graph, after: graphs.Graph, **how: bool
) -> list[tuple[Any, ...]]:
    """Task, change, field, before, after of each difference."""
    return [
        (each.task, each.change, each.field, each.before, each.after)
        for each in differences.compare(before, after, **how)
    ]


class CompareTest(unittest.TestCase):
    def test_equal_graphs_do_not_differ(self) -> None:
        one = graph(task('a', parameters={'x': [1, {'y': None}]}))

        self.assertEqual((), differences.compare(one, one))

    def test_tasks_of_one_side_alone_are_whole(self) -> None:
        old, new = task('a'), task('b')

        self.assertEqual(
            [
                ('a', C.REMOVED, None, old.body, None),
                ('b', C.ADDED, None, None, new.body),
            ],
            found(graph(old), graph(new)),
        )

    def test_fields_in_mappings_are_told_one_by_one(self) -> None:
        old = task('a', parameters={'cmd': 'x', 'env': {'A': '1', 'B': '2'}})
        new = task('a', parameters={'cmd': 'y', 'env': {'A': '1', 'C': '3'}})

        self.assertEqual(
            [
                ('a', C.CHANGED, 'parameters.cmd', 'x', 'y'),
                ('a', C.REMOVED, 'parameters.env.B', '2', None),
                ('a', C.ADDED, 'parameters.env.C', None, '3'),
            ],
            found(graph(old), graph(new)),
        )

    def test_a_list_is_told_as_a_whole(self) -> None:
        old, new = task('a', requires=['x', 'y']), task('a', requires=['x'])

        self.assertEqual(
            [('a', C.CHANGED, 'requires', ['x', 'y'], ['x'])],
            found(graph(old), graph(new)),
        )

    def test_values_that_python_takes_for_equal_differ(self) -> None:
        for old, new in ((1, True), (0, False), (1, 1.0), ('1', 1)):
            with self.subTest(old=old, new=new):
                sides = (graph(task('a', x=each)) for each in (old, new))

                self.assertEqual(
                    [('a', C.CHANGED, 'x', old, new)], found(*sides)
                )

    def test_a_field_that_is_null_is_not_one_that_is_missing(self) -> None:
        old, new = task('a', condition=None), task('a')

        self.assertEqual(
            [('a', C.REMOVED, 'condition', None, None)],
            found(graph(old), graph(new)),
        )

    def test_metadata_belongs_to_no_task(self) -> None:
        old = graphs.Graph('default', (), {'on_error': {'a': 1}})
        new = graphs.Graph('default', (), {'on_error': {'a': 2}})

        self.assertEqual(
            [(None, C.CHANGED, 'on_error.a', 1, 2)], found(old, new)
        )

    def test_the_order_counts_where_it_is_asked_for(self) -> None:
        a, b, new = task('a'), task('b'), task('new')
        sides = graph(a, b), graph(new, b, a)

        added = ('new', C.ADDED, None, None, new.body)
        moved = (None, C.CHANGED, 'order of tasks', ['a', 'b'], ['b', 'a'])
        self.assertEqual([added, moved], found(*sides))
        self.assertEqual([added], found(*sides, in_order=False))

    def test_both_provenances_are_kept(self) -> None:
        old, new = (
            graphs.Task('a', kind, {'type': kind}, graphs.Provenance(*origin))
            for kind, origin in (
                ('shell', ('release', 'r')),
                ('noop', ('cluster', 'c')),
            )
        )

        [told] = differences.compare(graph(old), graph(new))

        self.assertEqual(old.provenance, told.before_from)
        self.assertEqual(new.provenance, told.after_from)


class AlignedTest(unittest.TestCase):
    def test_what_is_new_stands_behind_what_both_have(self) -> None:
        a, b, c, new = (task(name) for name in ('a', 'b', 'c', 'new'))

        aligned = differences.aligned(graph(a, b, c), graph(new, c, a))

        self.assertEqual((a, c, new), aligned.tasks)
