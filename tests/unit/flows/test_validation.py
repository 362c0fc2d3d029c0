"""Tests of what is said of a merged graph before it is placed."""

import dataclasses
import unittest

from trailmark.common import exceptions, problems, tasktypes
from trailmark.flows import graphs, validation
from trailmark.tests.unit.flows import folders

_PUPPET = '{type: puppet, parameters: {puppet_manifest: x}'
_SHELL = 'parameters: {cmd: ls}'


def _check(
    text: str,
    running: set[str] | None = None,
    catalog: tasktypes.Catalog | None = None,
    **options: bool,
) -> tuple[problems.Problem, ...]:
    return validation.check_graph(
        folders.release(text),
        {**folders.CATALOG, **(catalog or {})},
        graphs.Options(**options),
        running,
    )


class WarningTest(unittest.TestCase):
    def _warned(self, text: str) -> str:
        found = _check(text)
        self.assertEqual(['warning'], [one.severity for one in found])
        return str(found[0])

    def test_a_name_that_means_no_task_is_a_warning(self) -> None:
        """Fuel: behaviours 25 and 105."""
        table = {
            'requires: [other]': 'requires[0]: there is no task other',
            'required_for: [/x.*/]': 'required_for[0]: no task matches /x.*/',
            'cross-depends: [{name: other}]': 'cross-depends[0].name: there',
            'cross_depended_by: [{name: /x/}]': 'no task matches /x/',
        }
        for text, message in table.items():
            with self.subTest(text):
                said = self._warned(f'- {{id: net, type: noop, {text}}}')
                self.assertIn(message, said)

    def test_a_name_one_typo_away_comes_with_the_likely_one(self) -> None:
        for name in ('netconfg', 'netconfigg', 'netcnofig', 'Netconfig'):
            with self.subTest(name):
                said = self._warned(
                    '- {id: netconfig, type: noop}\n'
                    f'- {{id: b, type: noop, requires: [{name}]}}'
                )
                self.assertIn('did you mean netconfig?', said)

    def test_a_stage_that_waits_for_what_is_on_nodes_is_a_warning(
        self,
    ) -> None:
        for field, mirror in (
            ('requires', 'required_for'),
            ('required_for', 'requires'),
        ):
            with self.subTest(field):
                said = self._warned(
                    '- {id: a, type: noop}\n'
                    f'- {{id: s, type: stage, {field}: [a]}}'
                )
                self.assertIn(f'say {mirror}: [s] there', said)

    def test_a_key_one_typo_away_is_a_warning(self) -> None:
        table = {
            'cross-depened-by: []': 'did you mean cross-depended-by?',
            'required-for: []': 'did you mean required_for?',
            'parameters: {timeut: 5}': 'parameters.timeut: unknown key',
            'cross-depends: [{name: a, polcy: any}]': 'did you mean policy?',
        }
        for text, message in table.items():
            with self.subTest(text):
                said = self._warned(f'- {{id: a, type: noop, {text}}}')
                self.assertIn(message, said)

    def test_roles_of_a_wrong_type_are_a_warning(self) -> None:
        """Fuel: behaviour 18."""
        for value in ('5', '{a: b}', '[a, 1]'):
            with self.subTest(value):
                said = self._warned(f'- {{id: a, type: noop, roles: {value}}}')
                self.assertIn('means no node', said)

    def test_a_fault_tolerance_that_is_no_number_is_a_warning(self) -> None:
        """Fuel: behaviour 89."""
        said = self._warned('- {id: a, type: group, fault_tolerance: a%}')

        self.assertIn("'a%' is neither a number nor n%", said)

    def test_a_strategy_of_a_group_is_a_warning_at_most(self) -> None:
        said = self._warned(
            '- {id: a, type: group, '
            'parameters: {strategy: {type: one-by-one}}}'
        )

        self.assertIn('the strategy of a group is ignored', said)

    def test_an_old_version_is_a_warning(self) -> None:
        """Fuel: behaviour 37."""
        said = self._warned('- {id: a, type: noop, version: 1.0.0}')

        self.assertIn('version 1.0.0 is less than 2.0.0', said)

    def test_an_old_version_of_a_stage_does_not_matter(self) -> None:
        """Fuel: behaviour 37."""
        for kind in ('stage', 'skipped', 'group'):
            with self.subTest(kind):
                text = f'- {{id: a, type: {kind}, version: 1.0.0}}'
                self.assertEqual((), _check(text))

    def test_a_secret_that_names_no_parameter_is_a_warning(self) -> None:
        said = self._warned(
            '- {id: a, type: noop, parameters: {token: x}, secrets: [tokn]}'
        )

        self.assertIn('did you mean token?', said)


class ErrorTest(unittest.TestCase):
    def test_keys_that_belong_elsewhere_are_warnings_with_the_place(
        self,
    ) -> None:
        for key, value, place in (
            ('retries', '3', 'parameters.retries'),
            ('timeout', '3', 'parameters.timeout'),
            ('interval', '3', 'parameters.interval'),
            ('cmd', 'ls', 'parameters.cmd'),
            ('when', 'x', 'condition'),
            ('depends_on', '[b]', 'requires, or cross-depends'),
            ('environment', '{A: b}', 'cmd, which may set variables'),
            ('node_filter', 'x', 'node_filter of the graph'),
            ('test_pre', '{cmd: x, timeout: 3}', 'parameters.timeout'),
        ):
            with self.subTest(key):
                self.assert_misplaced(f'{key}: {value}, {_SHELL}', key, place)

    def test_keys_of_a_task_among_its_parameters_are_warnings(self) -> None:
        for key, place in (
            ('condition', 'condition of the task, beside parameters'),
            ('requires', 'requires of the task, beside parameters'),
            ('fail_on_error', 'fail_on_error of the task'),
            ('when', 'condition'),
            ('depends_on', 'requires'),
            ('environment', 'cmd, which may set variables'),
            ('attempts', 'parameters.retries'),
        ):
            with self.subTest(key):
                body = f'parameters: {{cmd: ls, {key}: x}}'
                self.assert_misplaced(body, f'parameters.{key}', place)

    def assert_misplaced(self, body: str, field: str, place: str) -> None:
        """A warning says the place, an error where nothing is let pass."""
        text = f"- {{id: a, type: shell, role: '*', version: 2.0.0, {body}}}"
        for strict, severity in (
            (False, problems.Severity.WARNING),
            (True, problems.Severity.ERROR),
        ):
            [found] = _check(text, strict=strict)
            self.assertEqual(severity, found.severity, found)
            self.assertTrue((found.field or '').startswith(field), found)
            self.assertIn(f'it belongs in {place}', found.message)

    def test_ids_that_lists_can_not_name_are_refused(self) -> None:
        for name in ('com,ma', 'a ', ' a', '\u00a0a', 'a@b', '/a/'):
            with (
                self.subTest(name),
                self.assertRaisesRegex(
                    exceptions.InvalidInput, 'a name without @, commas'
                ),
            ):
                _check(f'- {{id: "{name}", type: noop}}')

    def test_ids_of_other_signs_are_taken(self) -> None:
        for name in ('ünïcode', 'emoji😀', 'a b', 'a/b', 'a:b', '日本'):
            with self.subTest(name):
                self.assertEqual((), _check(f'- {{id: "{name}", type: noop}}'))

    def test_strict_makes_errors_of_warnings(self) -> None:
        """Fuel: behaviours 25 and 37."""
        (found,) = _check('- {id: a, type: noop, version: 1.0.0}', strict=True)

        self.assertEqual('error', found.severity)

    def test_a_broken_regex_is_an_error(self) -> None:
        (found,) = _check('- {id: a, type: noop, requires: [/(/]}')

        self.assertEqual('error', found.severity)
        self.assertIn('is no regular expression', found.message)

    def test_a_type_that_is_not_run_here_is_refused(self) -> None:
        (found,) = _check(f'- {_PUPPET}, id: a}}')

        self.assertEqual(('a', 'error'), (found.task, found.severity))
        self.assertEqual(
            'tasks of type puppet are refused: not here', found.message
        )

    def test_tests_are_refused_where_shell_commands_are(self) -> None:
        text = "- {id: a, type: noop, test_post: {cmd: 'true'}}"
        refused = dataclasses.replace(folders.CATALOG['shell'], refusal='no')

        (found,) = _check(text, catalog={'shell': refused})

        self.assertEqual(('a', 'test_post'), (found.task, found.field))
        self.assertIn('shell commands, and no', found.message)

    def test_a_type_that_is_not_run_is_taken_when_nothing_runs(self) -> None:
        text = f'- {_PUPPET}, id: a}}'

        self.assertEqual((), _check(text, noop=True))
        self.assertEqual((), _check(text, dry_run=True))
        self.assertEqual((), _check(text, running={'b'}))

    def test_a_task_with_a_false_condition_needs_no_driver(self) -> None:
        """Fuel: behaviour 30."""
        text = f'- {_PUPPET}, id: a, condition: false}}'

        self.assertEqual((), _check(text))
