"""Whatever a YAML text is, it is read as JSON values or refused."""

import json
import unittest
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from trailmark.flows import documents

_SETTINGS = settings(max_examples=200, deadline=None, derandomize=True)
_TEXTS = st.text(
    st.characters(exclude_categories=['Cs'], exclude_characters='\0')
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)
#: Pieces of which broken texts are made.
_PIECES = st.sampled_from(
    [
        *('- ', ': ', '{', '}', '[', ']', ', ', '\n', '  ', '&a ', '*a', '<<'),
        *('!!python/name:os.system ', '!!binary ', '"', "'", '|', '>', '%'),
        *('---\n', '...\n', '? ', '0x1', '1e999', '.nan', '2024-01-01', 'a'),
        *('\t', '\x85', '\ufeff', '#', '\\', '@', '=', '1:30'),
    ]
)
_BOMB = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n' + ''.join(
    f'a{n}: &a{n} [{", ".join([f"*a{n - 1}"] * 9)}]\n' for n in range(1, 12)
)


class DocumentsTest(unittest.TestCase):
    def _refusal(self, text: str) -> str:
        value, [problem] = documents.read(text, 'a.yaml')
        self.assertIsNone(value)
        self.assertEqual('a.yaml', problem.file)
        return problem.message

    @given(st.text() | st.lists(_PIECES, max_size=20).map(''.join))
    @_SETTINGS
    def test_a_text_is_read_or_refused_cleanly(self, text: str) -> None:
        value, found = documents.read(text, 'a.yaml')

        json.dumps(value, allow_nan=False)
        if value is None and not found:
            self.assertIsNone(yaml.load(text, yaml.CSafeLoader))

    @given(_VALUES, st.booleans())
    @_SETTINGS
    def test_what_is_written_as_yaml_is_read_again(
        self, value: Any, flow: bool
    ) -> None:
        text = yaml.safe_dump(value, default_flow_style=flow)

        self.assertEqual((value, ()), documents.read(text, 'a.yaml'))

    def test_many_values_are_refused_before_they_take_memory(self) -> None:
        text = f'[{"a," * documents.MAX_VALUES}a]'

        self.assertIn('more than 1000000 values', self._refusal(text))

    def test_aliases_count_as_what_they_stand_for(self) -> None:
        self.assertIn('more than 1000000 values', self._refusal(_BOMB))

    def test_an_alias_may_not_stand_inside_what_it_names(self) -> None:
        self.assertIn('inside what it names', self._refusal('&a [*a]'))


class NumbersTest(unittest.TestCase):
    """Whole numbers fit into 64 bits, however they are written."""

    def test_those_that_fit_are_read(self) -> None:
        for text, value in {
            str(2**63 - 1): 2**63 - 1,
            str(-(2**63)): -(2**63),
            f'0x{"0" * 40}ff': 255,
            '0b' + '1' * 63: 2**63 - 1,
            '190:20:30': 685230,
            '017': 15,
            '1_000': 1000,
        }.items():
            with self.subTest(text):
                self.assertEqual((value, ()), documents.read(text, 'a.yaml'))

    def test_those_that_do_not_are_refused(self) -> None:
        for text in (
            *(str(2**63), str(-(2**63) - 1), '9' * 5000, '0x' + 'f' * 5000),
            *('0b' + '1' * 64, '0' + '7' * 5000, '1' + ':59' * 30),
            '0x8000000000000000',
        ):
            with self.subTest(text[:20]):
                value, [problem] = documents.read(f'x: {text}', 'a.yaml')
                self.assertIsNone(value)
                self.assertIn('is beyond 64 bits', problem.message)

    def test_fractions_that_are_no_numbers_are_refused(self) -> None:
        for text in ('1.0e+400', '-.inf', '.nan', '1' + ':59' * 2000 + '.5'):
            with self.subTest(text[:20]):
                value, [problem] = documents.read(f'x: {text}', 'a.yaml')
                self.assertIsNone(value)
                self.assertIn('is no number', problem.message)


class SurrogatesTest(unittest.TestCase):
    def test_pairs_that_json_escapes_are_read(self) -> None:
        value = {'emoji😀': ['a😀b\\😀', '日本', '\\ud83d\\ude00 as it is']}

        for text in (json.dumps(value), json.dumps(value, indent=1)):
            self.assertEqual((value, ()), documents.read(text, 'a.json'))

    def test_what_is_not_quoted_so_is_no_escape(self) -> None:
        text = "- a\\ud83d\\ude00\n- '\\ud83d\\ude00'\n- |\n  \\ud83d\\ude00\n"

        value, _ = documents.read(text, 'a.yaml')

        pair = '\\ud83d\\ude00'
        self.assertEqual([f'a{pair}', pair, f'{pair}\n'], value)

    def test_a_half_is_refused(self) -> None:
        for text in ('"\\ud83d"', '"\\ude00\\ud83d"', '"\\ud83d\\\\ude00"'):
            with self.subTest(text):
                value, [problem] = documents.read(text, 'a.yaml')
                self.assertIsNone(value)
                self.assertIn('escape', problem.message)

    @given(st.lists(_TEXTS))
    @_SETTINGS
    def test_whatever_text_json_writes_is_read_again(
        self, value: list[str]
    ) -> None:
        read, _ = documents.read(json.dumps(value), 'a.json')

        self.assertEqual(value, read)
