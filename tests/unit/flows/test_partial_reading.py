"""Planning what was only partly read: whatever the files hold, it is safe."""

import unittest
from typing import Any

import hypothesis
import yaml
from hypothesis import strategies

from trailmark.common import exceptions
from trailmark.flows import graphs, loading, merging, planning, shapes
from trailmark.tests.unit.flows import folders

_NAMES = strategies.sampled_from(
    ('a', 'b', 'c', '/a|b/', '/(/', '*', 'web', 'self', 'master', '', 'noop')
)
_VALUES = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers(-1, 3)
    | _NAMES,
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.sampled_from(
                ('name', 'role', 'policy', 'strategy', 'amount', 'type')
            )
            | strategies.just('yaql_exp'),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
_KEYS = sorted(set(shapes.TASK_KEYS) - {'id', 'type'})
_TASKS = strategies.lists(
    strategies.fixed_dictionaries(
        {
            'id': _NAMES | _VALUES,
            'type': strategies.sampled_from(
                ('noop', 'stage', 'group', 'skipped', 'shell', 'shel')
            )
            | _VALUES,
        },
        optional=dict.fromkeys(_KEYS, _VALUES),
    ),
    max_size=4,
)


class PartialReadingTest(unittest.TestCase):
    @hypothesis.settings(
        max_examples=200,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    @hypothesis.given(_TASKS, _VALUES, _VALUES)
    def test_it_says_all_that_reading_said(
        self, tasks: list[Any], nodes: Any, roles: Any
    ) -> None:
        files = {
            'nodes.yaml': yaml.safe_dump(nodes),
            'roles.yaml': yaml.safe_dump(roles),
            'release/default.yaml': yaml.safe_dump(tasks),
        }
        read, reading = loading.read_deployment(files, 'x', folders.CATALOG)
        hypothesis.assume(reading.is_refused)
        snapshot = graphs.Snapshot(
            0,
            'x',
            (merging.merge_loosely(read.layers, 'default'),),
            read.nodes,
            read.roles,
            graphs.Selection(nodes=('n1',)),
            graphs.Options(ignore_conditions=True),
        )

        with self.assertRaises(exceptions.InvalidInput) as caught:
            planning.plan(snapshot, folders.CATALOG, reading)

        self.assertLessEqual(
            set(reading.found), set(caught.exception.problems)
        )
