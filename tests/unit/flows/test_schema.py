"""Tests of the shapes that tasks must have."""

import unittest

from trailmark.tests.unit.flows import folders

#: What a task has, and the field and a word of what is said of it.
_REFUSED = (
    ('requires: b', 'requires', 'a list is expected'),
    ('required_for: [1]', 'required_for[0]', 'text is expected'),
    ('cross-depends: [{role: x}]', 'cross-depends[0].name', 'is missing'),
    ('cross_depends: [{}]', 'cross_depends[0].name', 'is missing'),
    (
        'cross-depended-by: [{name: x, policy: alll}]',
        'cross-depended-by[0].policy',
        'did you mean all?',
    ),
    (
        'cross-depends: [{name: x, role: null}]',
        'cross-depends[0].role',
        'text or a list',
    ),
    ('condition: 5', 'condition', 'true or false or text'),
    ('version: 2.1', 'version', 'a text such as 2.1.0'),
    ('fail_on_error: 1', 'fail_on_error', 'true or false'),
    ('on_interrupt: retry', 'on_interrupt', 'one of rerun, fail'),
    ('secrets: password', 'secrets', 'a list is expected'),
    ('test_pre: x', 'test_pre', 'a mapping is expected'),
    ('test_post: {}', 'test_post.cmd', 'is missing'),
    ('removed: 1', 'removed', 'true or false'),
    ('parameters: 4', 'parameters', 'a mapping is expected'),
    ('parameters: {retries: 1.5}', 'parameters.retries', 'a whole number'),
    ('parameters: {retries: true}', 'parameters.retries', 'a whole number'),
    ('parameters: {timeout: -1}', 'parameters.timeout', 'less than 0'),
    ('parameters: {interval: soon}', 'parameters.interval', 'a number'),
    (
        'parameters: {strategy: {type: parallel, amount: -1}}',
        'parameters.strategy.amount',
        'less than 0',
    ),
    (
        'parameters: {strategy: {type: one-by-one}}',
        'parameters.strategy.type',
        'did you mean one_by_one?',
    ),
)
_TAKEN = (
    'requires: null',
    'requires: []',
    'unknown: {any: thing}',
    'condition: false',
    'condition: {yaql_exp: $.x}',
    'cross-depends: {yaql_exp: $.x}',
    'cross-depends: [{name: {yaql_exp: $.x}, role: {yaql_exp: $.y}}]',
    'requires: [{yaql_exp: $.x}]',
    'parameters: {strategy: {type: parallel, amount: 3}}',
    'parameters: {strategy: {type: parallel, amount: {yaql_exp: $.x}}}',
    'parameters: {timeout: {yaql_exp: $.x}}',
    'parameters: {timeout: 0.5, retries: 0}',
    'parameters: null',
    'test_pre: {cmd: "true"}',
)


class ShapeTest(unittest.TestCase):
    def test_what_does_not_fit_is_named_with_its_field(self) -> None:
        """Fuel: behaviours 9 and 82."""
        for text, field, message in _REFUSED:
            with self.subTest(text):
                said = folders.refused_tasks(
                    f'- {{id: a, type: noop, {text}}}'
                )
                self.assertEqual(1, len(said), said)
                self.assertIn(f'task a: {field}: ', said[0])
                self.assertIn(message, said[0])

    def test_what_fits_is_taken(self) -> None:
        """Fuel: behaviours 8, 9, 15 and 26."""
        for text in _TAKEN:
            with self.subTest(text):
                said = folders.refused_tasks(
                    f'- {{id: a, type: noop, {text}}}'
                )
                self.assertEqual([], said)

    def test_an_entry_without_a_usable_id_or_type_is_refused(self) -> None:
        """Fuel: behaviours 9 and 105."""
        table = {
            '5': 'tasks[0]: a mapping',
            '{type: noop}': 'tasks[0].id: is missing',
            '{id: 7, type: noop}': 'tasks[0].id: a name',
            '{id: "", type: noop}': 'tasks[0].id: a name',
            '{id: a@b, type: noop}': 'task a@b: id: a name',
            '{id: /a/, type: noop}': 'task /a/: id: a name',
            '{id: a}': 'task a: type: is missing',
            '{id: a, type: {yaql_exp: $}}': 'task a: type: ',
        }
        for entry, message in table.items():
            with self.subTest(entry):
                said = folders.refused_tasks(f'[{entry}]')
                self.assertIn(f'release/default.yaml: {message}', said[0])

    def test_an_unknown_type_is_refused_with_the_likely_name(self) -> None:
        """Fuel: behaviour 104."""
        said = folders.refused_tasks('- {id: a, type: shel}')

        self.assertIn("there is no type 'shel'; did you mean shell?", said[0])

    def test_a_missing_parameter_of_the_type_is_refused(self) -> None:
        said = folders.refused_tasks('- {id: a, type: shell}')

        self.assertEqual(
            ['release/default.yaml: task a: parameters.cmd: is missing'], said
        )

    def test_a_computed_parameter_fits_any_type(self) -> None:
        said = folders.refused_tasks(
            '- {id: a, type: shell, parameters: {cmd: {yaql_exp: $.x}}}'
        )

        self.assertEqual([], said)

    def test_a_removal_needs_no_type(self) -> None:
        graph = folders.release('[{id: a, type: noop}]')
        said = folders.refusal(
            {
                'release/default.yaml': '[{id: a, type: noop}]',
                'cluster/default.yaml': '[{id: b, type: noop}]',
                'plugins/p/default.yaml': '[{id: a, removed: true}]',
            }
        )

        self.assertEqual(1, len(graph.tasks))
        self.assertEqual([], said)
