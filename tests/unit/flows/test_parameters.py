"""Tests of filling in parameters and of finding their secrets."""

import unittest

from trailmark.flows import parameters

_CONTEXT = {'CLUSTER_ID': 7, 'SETTINGS': {'a': {'b': 'deep'}}}


class RenderTest(unittest.TestCase):
    def test_names_of_the_context_are_replaced(self) -> None:
        """Fuel: behaviour 31."""
        table = {
            '/keys/{CLUSTER_ID}/x': '/keys/7/x',
            '{SETTINGS[a][b]}': 'deep',
            '{SETTINGS.a.b}': 'deep',
            '{{kept}} {CLUSTER_ID}': '{kept} 7',
        }
        for text, expected in table.items():
            with self.subTest(text):
                found = parameters.render({'x': text}, _CONTEXT)
                self.assertEqual({'x': expected}, found)

    def test_other_braces_stay_as_they_are(self) -> None:
        """Fuel: behaviour 31."""
        for text in (
            "awk '{ print $1 }'",
            'find . -exec rm {} ;',
            '{0}',
            '{UNKNOWN} {CLUSTER_ID}',
            '{{.State}}',
            '{',
            '{CLUSTER_ID.__class__}',
            '{CLUSTER_ID:>9999999999}',
        ):
            with self.subTest(text):
                found = parameters.render({'x': text}, _CONTEXT)
                self.assertEqual({'x': text}, found)

    def test_texts_at_any_depth_are_replaced(self) -> None:
        found = parameters.render({'x': [{'y': '{CLUSTER_ID}'}, 5]}, _CONTEXT)

        self.assertEqual({'x': [{'y': '7'}, 5]}, found)

    def test_a_regex_is_left_untouched(self) -> None:
        """Fuel: behaviour 31."""
        given = {'x': {'regex': '{CLUSTER_ID}'}}

        self.assertEqual(given, parameters.render(given, _CONTEXT))

    def test_a_computed_value_is_left_untouched(self) -> None:
        given = {'x': {'yaql_exp': '{CLUSTER_ID}'}}

        self.assertEqual(given, parameters.render(given, _CONTEXT))


class SecretsTest(unittest.TestCase):
    def test_named_parameters_give_their_texts(self) -> None:
        given = {
            'token': 's3cret',
            'auth': {'password': 'p', 'user': 'u'},
            'pins': [1234, None, True, {'x': 'y'}],
            'a.b': 'dotted',
        }
        table = {
            'token': ('s3cret',),
            'auth.password': ('p',),
            'auth': ('p', 'u'),
            'pins': ('1234', 'y'),
            'a.b': ('dotted',),
            'missing.one': (),
        }
        for name, expected in table.items():
            with self.subTest(name):
                found = parameters.secret_values({'secrets': [name]}, given)
                self.assertEqual(expected, found)

    def test_a_task_without_secrets_has_none(self) -> None:
        self.assertEqual((), parameters.secret_values({}, {'a': 'b'}))
