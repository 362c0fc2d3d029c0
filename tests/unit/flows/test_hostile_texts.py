"""Whatever texts hold, they give a result or say what is wrong, and soon."""

import time
import unittest

import hypothesis
from hypothesis import strategies

from trailmark.flows import documents, spelling, subgraphs

_SOON = 2.0
_DEEP = {
    'lists': '[' * 10_000 + ']' * 10_000,
    'mappings': '{a: ' * 10_000,
    'blocks': '\n'.join(f'{" " * level}a:' for level in range(10_000)),
    'items': '- ' * 10_000 + 'x',
    'keys': '? ' * 10_000,
}
_YAML = strategies.text() | strategies.lists(
    strategies.sampled_from(
        (*'[]{}:,-?&*!|>%@`"\'#\n\t\0 ', '<<', '&a', '*a', ': ', '- ', '1')
    )
    | strategies.characters()
).map(''.join)
_SUBGRAPHS = strategies.text() | strategies.lists(
    strategies.sampled_from(('a', 'n', '1', '9' * 19, '-', '/', ',', ':', '0'))
).map(''.join)


def _laughs(one: str, many: str) -> str:
    """Ten mappings or lists, each of nine times the one before."""
    lines = [f'a: &a {one}']
    for before, name in zip('abcdefghij', 'bcdefghijk', strict=True):
        aliases = ', '.join([f'*{before}'] * 9)
        lines.append(f'{name}: &{name} {many.format(aliases)}')
    return '\n'.join(lines)


class HostileTextsTest(unittest.TestCase):
    def assert_refused(self, text: str, said: str) -> None:
        """Soon, with the file and the limit."""
        began = time.monotonic()
        value, (problem,) = documents.read(text, 'file.yaml')

        self.assertLess(time.monotonic() - began, _SOON)
        self.assertEqual((None, 'file.yaml'), (value, problem.file))
        self.assertIn(said, problem.message)

    def test_aliases_of_aliases_are_not_written_out(self) -> None:
        for text in (
            _laughs('[x, x]', '[{}]'),
            _laughs('{k: 1}', '{{<<: [{}]}}'),
        ):
            with self.subTest(text[:20]):
                self.assert_refused(text, f'{documents.MAX_VALUES} values')

    def test_deep_nesting_is_not_followed(self) -> None:
        for name, text in _DEEP.items():
            with self.subTest(name):
                self.assert_refused(text, f'{documents.MAX_DEPTH} levels')

    @hypothesis.settings(deadline=None, max_examples=300)
    @hypothesis.given(_YAML)
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        value, found = documents.read(text, 'file.yaml')

        if value is None and text.strip():
            self.assertTrue(all(each.file == 'file.yaml' for each in found))

    @hypothesis.settings(deadline=None, max_examples=300)
    @hypothesis.given(_SUBGRAPHS)
    def test_any_subgraph_is_parsed_or_refused(self, text: str) -> None:
        parser = subgraphs.Parser({'n1': 1, 'n9': 2}, ['a'])

        parsed = parser.parse(text)

        whole = parsed.start is None and parsed.end is None
        self.assertTrue(parser.found or not whole)

    def test_long_subgraphs_are_refused_soon(self) -> None:
        for listed in ('n' + '1' * 5000 + '-n2', 'x1-20000', '1' * 30_000):
            with self.subTest(listed[:20]):
                parser = subgraphs.Parser({f'n{n}': n for n in range(99)}, 'a')
                began = time.monotonic()
                parser.parse(f'a/{listed}')

                self.assertLess(time.monotonic() - began, _SOON)
                self.assertTrue(1 <= len(parser.found) <= 21)

    def test_many_ranges_are_refused_soon(self) -> None:
        known = {f'n{n}': n for n in range(20_000)}
        began = time.monotonic()

        found, unknown = subgraphs.numbers(['n1-20000'] * 10_000, known)

        self.assertLess(time.monotonic() - began, _SOON)
        self.assertEqual(19_999, len(found))
        self.assertIn('n1-20000', unknown)

    def test_many_unknown_names_are_compared_with_few(self) -> None:
        known = [f'name-{n}' for n in range(20_000)]
        hints = spelling.Hints(known)
        began = time.thread_time()

        said = [hints.hint(f'nam-{n}') for n in range(20_000)]

        self.assertLess(time.thread_time() - began, 10 * _SOON)
        self.assertEqual('; did you mean name-0?', said[0])
        self.assertEqual('', said[-1])
