"""Tests of JSON values as text."""

import json

import hypothesis
import testtools
from hypothesis import strategies

from trailmark.cli import documents
from trailmark.flows import documents as reading

_TEXT = strategies.text(
    strategies.characters(exclude_categories=['Cs', 'Cc'])
    | strategies.sampled_from('\n\t: #-\'"|>&*!%@0.eE_')
)
_VALUES = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers(-(2**53), 2**53)
    | strategies.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: (
        strategies.lists(inner) | strategies.dictionaries(_TEXT, inner)
    ),
    max_leaves=20,
)


class DocumentsTest(testtools.TestCase):
    @hypothesis.given(_VALUES)
    @hypothesis.settings(deadline=None)
    def test_what_is_written_reads_back_the_same(self, value: object) -> None:
        written = documents.text('yaml', value)
        self.assertEqual((value, ()), reading.read(written, 'file.yaml'))
        self.assertEqual(value, json.loads(documents.text('json', value)))

    def test_keys_keep_their_order(self) -> None:
        self.assertEqual(
            'b: 1\na: 2\n', documents.text('yaml', {'b': 1, 'a': 2})
        )

    def test_lines_stand_as_a_block(self) -> None:
        text = documents.text('yaml', {'cmd': 'one\ntwo\n'})
        self.assertEqual('cmd: |\n  one\n  two\n', text)

    def test_equal_values_are_written_out(self) -> None:
        same = {'a': 1}
        self.assertNotIn('&', documents.text('yaml', [same, same]))

    def test_a_date_is_the_text_that_it_is(self) -> None:
        self.assertEqual('2024-01-01', documents.value('2024-01-01'))

    def test_a_number_that_json_does_not_have_is_refused(self) -> None:
        self.assertRaises(ValueError, documents.value, '.nan')
