"""Limits that keep every file readable in one sitting."""

import ast
import re
import unittest
from collections.abc import Iterator

from trailmark.tests import sources

FILE_LINES = 500
#: A migration lists whole tables and is exempt.
FUNCTION_LINES = 60
_VAGUE = {'utils', 'util', 'helpers', 'helper', 'manager', 'misc', 'functions'}
_NEXT_SENTENCE = re.compile(r'[.!?]\s+[A-Z]')


def _long_functions(module: sources.Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f'{module.place}: {node.name} has {lines} lines'


def _is_one_sentence(docstring: str | None) -> bool:
    said = (docstring or '').partition('\n\n')[0]
    return said.endswith(('.', '?')) and not _NEXT_SENTENCE.search(said)


class StyleTest(unittest.TestCase):
    def test_no_file_is_too_long(self) -> None:
        lengths = {
            module.place: module.text.count('\n')
            for module in sources.modules()
        }

        long = {at: n for at, n in lengths.items() if n > FILE_LINES}
        self.assertEqual({}, long)

    def test_no_function_is_too_long(self) -> None:
        long = [
            found
            for module in sources.modules()
            if module.room != 'migrations'
            for found in _long_functions(module)
        ]

        self.assertEqual([], long)

    def test_every_module_first_says_in_one_sentence_what_it_is(self) -> None:
        silent = [
            module.place
            for module in sources.modules()
            if not _is_one_sentence(ast.get_docstring(module.tree))
        ]

        self.assertEqual([], silent)

    def test_no_module_has_a_name_that_says_nothing(self) -> None:
        vague = [
            module.place
            for module in sources.modules()
            if module.name.rpartition('.')[2] in _VAGUE
        ]

        self.assertEqual([], vague)
