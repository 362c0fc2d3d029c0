"""Tests of snapshots as JSON."""

import json
import unittest
from typing import Any

from trailmark.common import exceptions
from trailmark.flows import graphs, merging, roles, snapshot
from trailmark.tests.unit.flows import folders

_ROLES = {
    'roles': {'controller': ['controller', 'db'], 'compute': ['compute']},
    'tags': {'controller': {'has_primary': True}},
}


def _snapshot() -> graphs.Snapshot:
    deployment, _ = folders.load(
        {
            'release/default.yaml': (
                'node_filter: $.x\n'
                'tasks: [{id: z, type: noop, x: [1, 2.5, null]}]'
            ),
            'cluster/default.yaml': '[{id: z, type: noop, b: 1, a: {c: é}}]',
        }
    )
    return graphs.Snapshot(
        3,
        'shop',
        (merging.merge(deployment.layers, 'default'),),
        (graphs.Node('n1', ('web', 'db'), {'rack': {'row': 1}}),),
        roles.load(_ROLES),
        graphs.Selection(nodes=('n1',), subgraphs=()),
        graphs.Options(noop=True, strict=True),
    )


class RoundTripTest(unittest.TestCase):
    def test_a_snapshot_comes_back_equal(self) -> None:
        """Fuel: behaviour 15."""
        given = _snapshot()

        text = json.dumps(snapshot.to_json(given))

        self.assertEqual(given, snapshot.from_json(json.loads(text)))

    def test_provenance_comes_back(self) -> None:
        given = snapshot.from_json(snapshot.to_json(_snapshot()))

        origin = given.graphs[0].tasks[0].provenance
        assert origin.replaced is not None
        self.assertEqual('release/default.yaml', origin.replaced.file)

    def test_the_same_snapshot_gives_the_same_text(self) -> None:
        """Fuel: behaviour 39."""
        first, second = (
            json.dumps(snapshot.to_json(_snapshot())) for _ in range(2)
        )

        self.assertEqual(first, second)


class RolesTest(unittest.TestCase):
    def test_roles_come_back_equal(self) -> None:
        given = roles.load(_ROLES)

        self.assertEqual(given, roles.load(roles.to_json(given)))
        self.assertEqual({'controller'}, given.primaries)

    def test_roles_of_a_wrong_shape_are_refused(self) -> None:
        wrong: tuple[Any, ...] = ([], {'roles': {'a': 'b'}}, {'rolse': {}})
        for data in wrong:
            with (
                self.subTest(str(data)),
                self.assertRaises(exceptions.InvalidInput),
            ):
                roles.load(data)
