"""Tests of the fast way to see that a value fits a schema."""

import unittest
from collections.abc import Mapping
from typing import Any

import hypothesis
import jsonschema
from hypothesis import strategies

from trailmark.common import tasktypes
from trailmark.drivers import catalog
from trailmark.flows import fitting, shapes

_SCHEMAS: tuple[Mapping[str, Any], ...] = (
    shapes.TASK,
    shapes.STRATEGY,
    shapes.PARAMETERS,
    shapes.GRAPH,
    shapes.NODES,
    shapes.ROLES,
    shapes.DEPLOYMENT,
    *(kind.parameters for kind in catalog.catalog().values()),
)
_KEYS = sorted(
    {
        *shapes.TASK_KEYS,
        *shapes.PARAMETERS['properties'],
        *('cmd', 'name', 'role', 'roles', 'attributes', 'amount', 'files'),
        *('src', 'dst', 'tags', 'has_primary', 'graph_types', 'other'),
    }
)
_SCALARS = (
    strategies.none()
    | strategies.booleans()
    | strategies.integers(-2, 5)
    | strategies.floats()
    | strategies.sampled_from(('', 'a', 'a@b', '2.1.0', 'parallel', 'all'))
)
_VALUES = strategies.recursive(
    _SCALARS,
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.sampled_from(_KEYS), inner, max_size=5
        )
    ),
    max_leaves=12,
)
_TASK = {
    'id': 'a',
    'type': 'shell',
    'version': '2.1.0',
    'requires': ['b', {'yaql_exp': '$.x'}],
    'cross-depends': [{'name': 'b', 'role': 'self', 'policy': 'any'}],
    'parameters': {'cmd': 'true', 'retries': 3},
}


class FittingTest(unittest.TestCase):
    @hypothesis.settings(max_examples=300, deadline=None)
    @hypothesis.given(_VALUES)
    def test_what_fits_fits_for_jsonschema_too(self, value: Any) -> None:
        for schema in _SCHEMAS:
            if fitting.Fitting(schema, computed=False).fits(value):
                check = jsonschema.Draft202012Validator(schema)
                self.assertTrue(check.is_valid(value), (schema, value))

    def test_usual_values_are_seen_to_fit(self) -> None:
        shell = catalog.catalog()['shell'].parameters
        table: tuple[tuple[Mapping[str, Any], Any], ...] = (
            (shapes.TASK, _TASK),
            (shapes.PARAMETERS, _TASK['parameters']),
            (shell, _TASK['parameters']),
            (shapes.NODES, [{'name': 'n1', 'roles': ['web']}]),
        )
        for schema, value in table:
            with self.subTest(value):
                self.assertTrue(fitting.Fitting(schema, True).fits(value))

    def test_computed_values_fit_only_where_that_is_allowed(self) -> None:
        value = {'retries': {'yaql_exp': '$.x'}}

        for computed in (True, False):
            with self.subTest(computed):
                found = fitting.Fitting(shapes.PARAMETERS, computed)
                self.assertEqual(computed, found.fits(value))

    def test_a_keyword_that_is_not_known_is_left_to_others(self) -> None:
        self.assertFalse(fitting.Fitting({'not': {}}, False).fits(5))

    def test_types_of_the_engine_itself_are_covered(self) -> None:
        for kind in tasktypes.BUILT_IN.values():
            with self.subTest(kind.name):
                found = fitting.Fitting(kind.parameters, True)
                self.assertTrue(found.fits({}))
