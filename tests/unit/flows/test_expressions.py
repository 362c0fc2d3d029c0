"""Tests of what is done about values that YAQL would compute."""

import unittest
from collections.abc import Sequence

from trailmark.flows import expressions, graphs
from trailmark.tests.unit.flows import folders

_EVERY = """
node_filter: $.pending_addition
tasks:
- id: a
  type: noop
  condition: {yaql_exp: changed($)}
  requires: [b, {yaql_exp: $.x}]
  cross-depends: {yaql_exp: $.y}
  cross-depended-by: [{name: b, role: {yaql_exp: $.z}}, {name: b}]
  parameters:
    strategy: {type: parallel, amount: {yaql_exp: $.n}}
    data: [{deep: {yaql_exp: $.d}}]
- {id: b, type: noop, condition: 'settings:x.y == true'}
- {id: c, type: noop, condition: false}
"""
_FIELDS = {
    'condition',
    'requires[1]',
    'cross-depends',
    'cross-depended-by[0].role',
    'parameters.strategy.amount',
    'parameters.data[0].deep',
}


def _check(
    text: str = _EVERY, explicit: bool = False, **options: bool
) -> tuple[list[tuple[str, str | None]], Sequence[str], graphs.Graph]:
    """Errors as (task, field), messages of warnings, and the graph."""
    found, graph = expressions.check(
        folders.release(text), graphs.Options(**options), explicit
    )
    errors = [
        (one.task or '', one.field) for one in found if one.severity == 'error'
    ]
    warnings = [str(one) for one in found if one.severity == 'warning']
    return errors, warnings, graph


class ComputedTest(unittest.TestCase):
    def test_every_computed_field_is_named_in_one_answer(self) -> None:
        errors, _, graph = _check()

        expected = {('a', field) for field in _FIELDS}
        expected |= {('', 'node_filter'), ('b', 'condition')}
        self.assertEqual(expected, set(errors))
        self.assertEqual(folders.release(_EVERY), graph)

    def test_a_noop_run_is_refused_too_without_ignore_conditions(
        self,
    ) -> None:
        for noop in (True, False):
            with self.subTest(noop=noop):
                errors, _, _ = _check(noop=noop, dry_run=not noop)
                self.assertEqual(8, len(errors))

    def test_what_is_ignored_is_taken_out_of_the_graph(self) -> None:
        _, _, graph = _check(ignore_conditions=True, noop=True)

        body = graph.tasks[0].body
        self.assertNotIn('condition', body)
        self.assertEqual(['b'], body['requires'])
        self.assertEqual([], body['cross-depends'])
        self.assertEqual([{'name': 'b'}], body['cross-depended-by'])
        self.assertEqual({'type': 'parallel'}, body['parameters']['strategy'])
        self.assertNotIn('condition', graph.tasks[1].body)
        self.assertEqual({}, graph.metadata)

    def test_what_is_ignored_is_a_warning(self) -> None:
        errors, warnings, _ = _check(ignore_conditions=True, noop=True)

        self.assertEqual([], errors)
        said = '\n'.join(warnings)
        self.assertEqual(3, said.count('a computed relation is dropped'))
        self.assertIn('any number of nodes at once', said)
        self.assertIn('node_filter is not computed: all nodes', said)
        self.assertIn('2 computed conditions are taken for true', said)

    def test_other_computed_parameters_stay_as_written(self) -> None:
        for noop in (True, False):
            with self.subTest(noop=noop):
                errors, _, graph = _check(
                    ignore_conditions=True,
                    noop=noop,
                    dry_run=not noop,
                    explicit=True,
                )
                data = graph.tasks[0].body['parameters']['data']
                self.assertEqual([{'deep': {'yaql_exp': '$.d'}}], data)
                self.assertEqual([], errors)

    def test_other_computed_parameters_refuse_a_real_run(self) -> None:
        errors, _, _ = _check(ignore_conditions=True, explicit=True)

        self.assertEqual([('a', 'parameters.data[0].deep')], errors)

    def test_a_computed_filter_wants_noop_or_explicit_nodes(self) -> None:
        text = '{node_filter: $.x, tasks: [{id: a, type: noop}]}'

        for dry_run in (True, False):
            with self.subTest(dry_run=dry_run):
                errors, _, _ = _check(
                    text, ignore_conditions=True, dry_run=dry_run
                )
                self.assertEqual([('', 'node_filter')], errors)
        for way in ({'explicit': True}, {'noop': True}):
            with self.subTest(way):
                taken, _, _ = _check(text, ignore_conditions=True, **way)
                self.assertEqual([], taken)

    def test_a_boolean_condition_is_kept(self) -> None:
        """Fuel: behaviour 30."""
        errors, _, graph = _check('[{id: a, type: noop, condition: false}]')

        self.assertEqual([], errors)
        self.assertIs(False, graph.tasks[0].body['condition'])

    def test_an_expression_must_be_text(self) -> None:
        errors, _, _ = _check(
            '[{id: a, type: noop, parameters: {x: {yaql_exp: 5}}}]',
            ignore_conditions=True,
            noop=True,
        )

        self.assertEqual([('a', 'parameters.x')], errors)
