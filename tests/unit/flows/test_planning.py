"""From a snapshot to a plan."""

import json
import unittest
from typing import Any

from trailmark.common import exceptions
from trailmark.flows import graphs, plan, planning
from trailmark.tests.unit.flows import building

task = building.task
_ONE = building.nodes(n1='one')
_TWO = building.nodes(n1='one', n2='two')


def _problems(*tasks: graphs.Task, **context: Any) -> list[str]:
    try:
        building.planned(*tasks, **context)
    except exceptions.InvalidInput as error:
        return [str(problem) for problem in error.problems]
    return []


class TaskTest(unittest.TestCase):
    def _only(self, **body: Any) -> plan.PlannedTask:
        (found,) = building.planned(
            task('t', roles='*', **body), on=_ONE
        ).tasks
        return found

    def test_defaults_come_from_the_type(self) -> None:
        """Fuel: behaviour 33."""
        found = self._only()

        self.assertEqual(
            (60.0, 1, 2.0), (found.timeout, found.retries, found.interval)
        )
        self.assertTrue(found.fail_on_error)
        self.assertEqual('rerun', found.on_interrupt)
        self.assertIsNone(found.limit)

    def test_what_is_written_is_kept(self) -> None:
        """Fuel: behaviour 33."""
        found = self._only(
            parameters={'timeout': 5, 'retries': 0, 'interval': 1},
            fail_on_error=False,
            on_interrupt='fail',
            test_pre={'cmd': 'before'},
            test_post={'cmd': 'after'},
        )

        self.assertEqual(
            (5.0, 0, 1.0), (found.timeout, found.retries, found.interval)
        )
        self.assertFalse(found.fail_on_error)
        self.assertEqual('fail', found.on_interrupt)
        self.assertEqual(
            ('before', 'after'), (found.test_pre, found.test_post)
        )

    def test_strategies_limit_how_many_run_at_once(self) -> None:
        """Fuel: behaviour 82."""
        table: list[tuple[dict[str, Any], int | None]] = [
            ({'type': 'one_by_one'}, 1),
            ({'type': 'parallel', 'amount': 2}, 2),
            ({'type': 'parallel'}, None),
            ({'type': 'parallel', 'amount': 0}, None),
        ]
        for strategy, expected in table:
            with self.subTest(strategy=strategy):
                found = self._only(parameters={'strategy': strategy})

                self.assertEqual(expected, found.limit)

    def test_a_negative_limit_is_refused_with_the_task_named(self) -> None:
        """Fuel: behaviour 82."""
        strategy = {'type': 'parallel', 'amount': -1}

        (found,) = _problems(
            task('t', roles='*', parameters={'strategy': strategy})
        )

        self.assertIn('task t: parameters.strategy.amount', found)

    def test_parameters_are_filled_in(self) -> None:
        """Fuel: behaviour 31."""
        found = self._only(
            parameters={'p': '/x/{CLUSTER_ID}', 'awk': '{ print $1 }'}
        )

        self.assertEqual(
            {'p': '/x/7', 'awk': '{ print $1 }'}, dict(found.parameters)
        )


class SkippedTest(unittest.TestCase):
    def test_a_false_condition_skips_and_keeps_the_order(self) -> None:
        """Fuel: behaviours 28 and 30."""
        made = building.planned(
            task('a', roles='*'),
            task(
                'b',
                roles='*',
                requires=['a'],
                condition=False,
                parameters={'x': 1},
            ),
            task('c', roles='*', requires=['b'], condition=True),
            on=_ONE,
        )

        self.assertEqual({'b@n1'}, building.names(made, skipped=True))
        self.assertEqual(
            {'a@n1 -> b@n1', 'b@n1 -> c@n1'}, building.edges(made)
        )
        self.assertEqual({}, made.tasks[1].parameters)

    def test_tasks_of_type_skipped_are_skipped(self) -> None:
        made = building.planned(task('a', 'skipped', roles='*'), on=_ONE)

        self.assertEqual({'a@n1'}, building.names(made, skipped=True))


class OrderTest(unittest.TestCase):
    def test_vertices_are_in_a_topological_order_and_then_by_node(
        self,
    ) -> None:
        made = building.planned(
            task('s', 'stage'),
            task('b', roles='*', requires=['a']),
            task('a', roles='*'),
            on=_TWO,
        )

        self.assertEqual(
            ['s', 'a@n1', 'b@n1', 'a@n2', 'b@n2'],
            [each.name for each in made.vertices],
        )

    def test_there_is_always_a_place_without_a_node(self) -> None:
        """Fuel: behaviour 36."""
        made = building.planned(task('a', roles='*'), on=_TWO)

        self.assertEqual(
            [None, 'n1', 'n2', 'master'],
            [node.name if node else None for node in made.nodes],
        )

    def test_the_same_snapshot_gives_the_same_plan(self) -> None:
        """Fuel: behaviour 39."""
        tasks = [
            task(f't{number}', roles='*', cross_depends=[{'name': f't{back}'}])
            for number, back in enumerate(range(-1, 4))
        ]

        self.assertEqual(building.planned(*tasks), building.planned(*tasks))

    def test_priorities_count_executions_only(self) -> None:
        """Fuel: behaviour 78."""
        made = building.planned(
            task('a', roles='*'),
            task('s', 'stage', cross_depends=[{'name': 'a'}]),
            task('b', roles='*', requires=['s']),
            task('c', roles='*', requires=['b']),
            on=_ONE,
        )

        self.assertEqual([2, 2, 1, 0], list(made.priorities))


class CycleTest(unittest.TestCase):
    def test_a_cycle_is_shown_as_a_path_over_nodes(self) -> None:
        """Fuel: behaviour 80."""
        for options in (graphs.Options(), graphs.Options(dry_run=True)):
            (found,) = _problems(
                task(
                    'a',
                    roles='one',
                    cross_depends=[{'name': 'b', 'role': 'two'}],
                ),
                task(
                    'b',
                    roles='two',
                    cross_depends=[{'name': 'a', 'role': 'one'}],
                ),
                on=_TWO,
                options=options,
            )

            self.assertEqual(
                'tasks.yaml: task a: graph default has a cycle:'
                ' a@n1 -> b@n2 -> a@n1',
                found,
            )

    def test_barriers_are_left_out_of_the_path(self) -> None:
        nodes = building.nodes(**{f'n{each}': '' for each in range(9)})

        (found,) = _problems(
            task('a', roles='*', cross_depends=[{'name': 'b'}]),
            task('b', roles='*', cross_depends=[{'name': 'a'}]),
            on=nodes,
        )

        self.assertIn('cycle: a@n0 -> b@n0 -> a@n0', found)

    def test_a_task_that_waits_for_itself_everywhere_is_a_cycle(
        self,
    ) -> None:
        (found,) = _problems(
            task('a', roles='*', cross_depends=[{'name': 'a'}])
        )

        self.assertIn('cycle: a@n1 -> a@n2 -> a@n1', found)

    def test_all_problems_are_in_one_answer(self) -> None:
        found = _problems(
            task('a', roles='*', requires=['b']),
            task('b', roles='*', requires=['a']),
            task('g', 'group', roles='*', tasks=['gone']),
            task('x', 'no-such-type', roles='*'),
            nodes=('n7',),
        )

        for part in ('cycle', 'gone', 'no-such-type', 'n7'):
            self.assertTrue(any(part in each for each in found), found)


class SeveralGraphsTest(unittest.TestCase):
    made = planning.plan(
        building.snapshot(
            building.graph(
                task('a', roles='*'), task('b', roles='*'), kind='first'
            ),
            building.graph(kind='empty'),
            building.graph(
                task('a', roles='*'),
                task('c', roles='*', requires=['a']),
                kind='second',
            ),
            on=_ONE,
        ),
        building.CATALOG,
    )

    def test_they_follow_one_another_through_sync_points(self) -> None:
        self.assertEqual(
            {
                'first:a@n1 -> first:end',
                'first:b@n1 -> first:end',
                'first:end -> empty:end',
                'empty:end -> second:a@n1',
                'second:a@n1 -> second:c@n1',
            },
            building.edges(self.made),
        )

    def test_numbers_of_tasks_are_unique_in_the_run(self) -> None:
        self.assertEqual(
            [(0, 0, 'a'), (1, 0, 'b'), (2, 2, 'a'), (3, 2, 'c')],
            [(each.number, each.graph, each.id) for each in self.made.tasks],
        )
        for vertex in self.made.vertices:
            if vertex.task:
                self.assertEqual(vertex.graph, vertex.task.graph)

    def test_a_task_named_as_the_end_keeps_its_name(self) -> None:
        made = planning.plan(
            building.snapshot(
                building.graph(task('end', 'stage'), kind='first'),
                building.graph(task('a', roles='*'), kind='second'),
            ),
            building.CATALOG,
        )

        self.assertEqual(
            ['first:end', 'first:end+'],
            [each.name for each in made.vertices[:2]],
        )


class DocumentTest(unittest.TestCase):
    def test_a_plan_as_json(self) -> None:
        nodes = building.nodes(**{f'n{each}': '' for each in range(5)})
        made = building.planned(
            task('s', 'stage'),
            task('a', roles='*', requires=['gone']),
            task('b', roles='*', cross_depends=[{'name': 'a'}]),
            on=nodes,
            tasks=('b',),
        )

        document = json.loads(json.dumps(planning.expand_document(made)))

        vertices = {each['name']: each for each in document['vertices']}
        barrier = {'task': None, 'node': None, 'kind': 'barrier'}
        self.assertEqual(
            {'name': 'barrier:1', **barrier, 'skipped': False},
            vertices['barrier:1'],
        )
        self.assertEqual(
            {
                'name': 'a@n0',
                'task': 'a',
                'node': 'n0',
                'kind': 'task',
                'skipped': True,
            },
            vertices['a@n0'],
        )
        self.assertEqual('sync', vertices['s']['kind'])
        self.assertIsNone(vertices['s']['node'])
        self.assertIn(['a@n0', 'barrier:1'], document['edges'])
        self.assertEqual(10, len(document['edges']))
        self.assertIn('gone', document['warnings'][0])
