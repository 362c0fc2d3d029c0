"""Each cell of the matrix of failures names what shows it."""

import ast
import pathlib
import re
import unittest

from trailmark.tests import sources
from trailmark.tests.functional import faults

_PAGE = 'doc/source/admin/failures.rst'
_ROWS = ['Engine', 'Agent', 'Broker', 'Database', 'Disk', 'Clock']
_COLUMNS = ['dies', 'freezes', 'is cut off', 'is full', 'is wrong']
_CELL = re.compile(
    r'^   \* - (?P<column>.+)\n'
    r'     - (?P<happens>(?:.+\n)+?)'
    r'     -(?P<shown>.*\n(?:       .+\n)*)',
    re.M,
)
_NAME = re.compile('``([^`]+)``')
_REASON = re.compile(r'Does not apply: \w.{10,}', re.S)


def _sections() -> dict[str, list[tuple[str, str, list[str]]]]:
    """Column, what happens, and names of what shows it, by row."""
    text = (sources.ROOT / _PAGE).read_text()
    parts = re.split(r'^(\w+)\n-+\n', text, flags=re.M)
    return {
        row: [
            (found['column'], found['happens'], _NAME.findall(found['shown']))
            for found in _CELL.finditer(part)
        ][1:]
        for row, part in zip(parts[1::2], parts[2::2], strict=True)
    }


def _exists(name: str) -> bool:
    if '.' not in name:
        return name in {kind.__name__ for kind in faults.ALL}
    *modules, case, test = name.split('.')
    path = sources.ROOT.joinpath('tests', *modules).with_suffix('.py')
    return path.exists() and test in _tests(path, case)


def _tests(path: pathlib.Path, case: str) -> set[str]:
    return {
        method.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name == case
        for method in node.body
        if isinstance(method, ast.FunctionDef)
    }


class FailuresTest(unittest.TestCase):
    def test_each_part_may_fail_in_each_way(self) -> None:
        sections = _sections()

        self.assertEqual(_ROWS, list(sections))
        for row, cells in sections.items():
            self.assertEqual(_COLUMNS, [cell[0] for cell in cells], row)

    def test_each_cell_is_shown_or_says_why_it_does_not_apply(self) -> None:
        silent = [
            f'{row} {column}'
            for row, cells in _sections().items()
            for column, happens, names in cells
            if not (names or _REASON.match(happens))
        ]

        self.assertEqual([], silent)

    def test_what_shows_it_is_a_test_or_a_kind_of_fault(self) -> None:
        unknown = [
            f'{row} {column}: {name}'
            for row, cells in _sections().items()
            for column, _, names in cells
            for name in names
            if not _exists(name)
        ]

        self.assertEqual([], unknown)

    def test_every_kind_of_fault_stands_in_it(self) -> None:
        named = {
            name
            for cells in _sections().values()
            for _, _, names in cells
            for name in names
        }

        missing = {kind.__name__ for kind in faults.ALL} - named
        self.assertEqual(set(), missing, f'name them in {_PAGE}')
