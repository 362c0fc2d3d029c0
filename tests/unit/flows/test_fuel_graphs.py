"""Fuel's real graphs, on clusters of several sizes."""

import functools
import os
import time
import unittest
from pathlib import Path

import yaml

from trailmark.common import exceptions
from trailmark.drivers import catalog
from trailmark.flows import (
    drawing,
    graphs,
    loading,
    merging,
    plan,
    planning,
)
from trailmark.tests import sources
from trailmark.tests.unit.flows import building

DATA = Path(
    os.environ.get(
        'TRAILMARK_FUEL_DATA', sources.ROOT.parent / 'shared/data/fuel'
    )
)
_PLUGINS = ('contrail', 'lma-collector', 'detach-rabbitmq')
_ALL = ('net-verification', 'deletion', 'provision', 'default')
_IGNORING = graphs.Options(noop=True, ignore_conditions=True)


def _nodes(count: int) -> list[dict[str, object]]:
    """Three controllers, then computes; the first of five has ceph-osd."""
    return [
        {
            'name': f'n{number}',
            'roles': ['controller']
            if number < 3
            else ['compute', 'ceph-osd'][: 1 + (number % 5 == 3)],
        }
        for number in range(count)
    ]


@functools.cache
def _files(count: int, plugins: tuple[str, ...]) -> dict[str, str]:
    files = {
        f'release/{kind}.yaml': (DATA / f'graphs/{kind}.yaml').read_text()
        for kind in _ALL
    }
    for plugin in plugins:
        for path in (DATA / 'plugins' / plugin).iterdir():
            files[f'plugins/{plugin}/{path.name}'] = path.read_text()
    files['roles.yaml'] = (DATA / 'roles.yaml').read_text()
    files['nodes.yaml'] = yaml.safe_dump(_nodes(count))
    return files


def _snapshot(
    count: int,
    types: tuple[str, ...] = ('default',),
    plugins: tuple[str, ...] = (),
    options: graphs.Options = _IGNORING,
) -> graphs.Snapshot:
    files = {
        **_files(count, plugins),
        'deployment.yaml': yaml.safe_dump({'graph_types': list(types)}),
    }
    read, _ = loading.read_deployment(files, 'fuel', catalog.catalog())
    merged = [merging.merge(read.layers, kind) for kind in types]
    return graphs.Snapshot(
        1,
        'fuel',
        tuple(merged),
        read.nodes,
        read.roles,
        options=options,
    )


def _planned(snapshot: graphs.Snapshot) -> plan.Plan:
    return planning.plan(snapshot, catalog.catalog())


def _rows(made: plan.Plan) -> int:
    return sum(each.task is not None for each in made.vertices)


@unittest.skipUnless(DATA.is_dir(), f'no graphs of Fuel in {DATA}')
class FuelGraphTest(unittest.TestCase):
    def test_the_numbers_of_executions_are_those_of_fuel(self) -> None:
        table = ((4, 437), (10, 763), (50, 2_939), (200, 11_099))
        for count, expected in table:
            with self.subTest(nodes=count):
                made = _planned(_snapshot(count))

                self.assertEqual(expected, _rows(made))

    def test_a_thousand_nodes_take_seconds_and_few_edges(self) -> None:
        snapshot = _snapshot(1000)

        start = time.process_time()
        made = _planned(snapshot)

        self.assertGreater(4, time.process_time() - start)
        self.assertEqual(54_619, _rows(made))
        self.assertGreater(8 * 54_619, sum(map(len, made.after)))

    def test_the_numbers_of_edges_are_those_of_fuel_without_barriers(
        self,
    ) -> None:
        """Fuel has 1591 and 2859: there, `any` of ntp-server was all three.

        That is two edges more for each node that is not a controller.
        """
        for count, expected in ((4, 1_591 - 2), (10, 2_859 - 14)):
            with self.subTest(nodes=count):
                made = _planned(_snapshot(count))

                self.assertEqual(expected, len(building.edges(made)))

    def test_the_longest_chain_is_that_of_fuel(self) -> None:
        """66 vertices, 6 of which are stages."""
        made = _planned(_snapshot(10))

        self.assertEqual(66 - 6, max(made.priorities) + 1)

    def test_tolerances_are_those_of_its_groups(self) -> None:
        made = _planned(_snapshot(200))

        self.assertEqual(
            {
                'primary-controller': (1, 0),
                'controller': (2, 1),
                'compute': (197, 3),
                'ceph-osd': (40, 41),
                'nodes in no group': (1, 0),
            },
            {
                each.name: (len(each.nodes), each.allowed)
                for each in made.tolerance
            },
        )

    def test_all_four_graphs_and_three_plugins_make_one_run(self) -> None:
        alone = sum(
            _rows(_planned(_snapshot(10, (kind,), _PLUGINS))) for kind in _ALL
        )

        made = _planned(_snapshot(10, _ALL, _PLUGINS))

        self.assertEqual(alone, _rows(made))
        self.assertEqual(_ALL, made.graph_types)
        self.assertIn('deletion:end', {each.name for each in made.vertices})

    def test_computed_values_are_refused_unless_ignored(self) -> None:
        with self.assertRaises(exceptions.InvalidInput) as caught:
            _planned(_snapshot(4, options=graphs.Options(noop=True)))

        found = caught.exception.problems
        self.assertLessEqual(
            177, sum(each.field == 'condition' for each in found)
        )

    def test_its_drawings_show_every_task(self) -> None:
        snapshot = _snapshot(4)

        template = drawing.template_dot(snapshot.graphs[0])
        expanded = drawing.plan_dot(_planned(snapshot))

        for task in snapshot.graphs[0].tasks:
            self.assertIn(f'"{task.id}" [', template)
        self.assertIn('"netconfig@n3" -> ', expanded)
