"""Tests of `trailmark driver`."""

from typing import Any

import testtools

from trailmark.tests.unit.cli import double

_MODE = {'if': {}, 'else': {'type': ['string', 'integer']}}


def _driver(**changed: Any) -> dict[str, Any]:
    return {
        'name': 'greet',
        'description': 'Greets.',
        'package': 'shop',
        'version': '1.5',
        'place': 'node',
        'timeout': 60.0,
        'retries': 2,
        'interval': 0.0,
        'guarded': False,
        'refusal': None,
        **changed,
    }


class DriverTest(testtools.TestCase):
    def _said(self, *words: str, **answers: Any) -> double.Said:
        api = double.Api()
        for path, body in answers.items():
            api.answer('GET', path.replace('__', '/'), body)
        return double.call(double.Link(api), 'driver', *words)

    def test_they_are_listed_with_why_they_are_not_allowed(self) -> None:
        refused = _driver(name='wipe', refusal='not here')
        found = {'drivers': [_driver(), refused]}
        said = self._said('list', '-f', 'json', drivers=found)
        self.assertEqual(
            ['yes', 'no: not here'], [each['allowed'] for each in said.json]
        )
        self.assertEqual('shop 1.5', said.json[0]['package'])

    def test_one_is_shown_with_its_parameters_in_words(self) -> None:
        fields = {
            'text': {'type': 'string', 'description': 'what is said'},
            'mode': _MODE,
            'loud': {'enum': ['yes', 'no']},
            'to': {'type': 'array', 'items': {'type': 'string'}},
        }
        schema = {'properties': fields, 'required': ['text']}
        found = {'driver': _driver(parameters=schema)}
        said = self._said('show', 'greet', drivers__greet=found)
        for line in (
            'text: string: what is said (required)',
            'mode: string or integer',
            'loud: yes or no',
            'to: array of string',
        ):
            self.assertIn(line, said.out)

    def test_its_schema_is_there_for_machines(self) -> None:
        found = {'driver': _driver(parameters={'properties': {}})}
        said = self._said('show', 'greet', '-f', 'json', drivers__greet=found)
        self.assertEqual({'properties': {}}, said.json['parameters'])

    def test_an_unknown_one_is_exit_code_2(self) -> None:
        said = self._said('show', 'ansible')
        self.assertEqual(2, said.code)
        self.assertIn('There is no', said.err)
