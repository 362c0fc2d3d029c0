"""Every behaviour of others that is meant to be kept names its tests."""

import re
import unittest
from collections.abc import Iterator

from trailmark.tests import sources

_MENTION = re.compile(
    r'Fuel: behaviours? ((?:\d+(?:(?:\s*-\s*|\s+to\s+|,\s*|\s+and\s+)'
    r'(?=\d))?)+)'
)
_RANGE = re.compile(r'(\d+)(?:\s*-\s*|\s+to\s+)(\d+)')
#: All but 94 to 96: they are about Fuel's reports, which are not kept.
_WANTED = frozenset((*range(1, 94), *range(97, 107)))
#: Those that do not apply, and why.
_LEFT_OUT = {
    **dict.fromkeys((32, *range(41, 48)), 'YAQL is not evaluated'),
    **dict.fromkeys(range(48, 51), 'nothing is compared with an earlier run'),
    29: 'a condition per node can only be said in YAQL',
    38: 'serialization in worker processes is not needed',
    58: 'nodes have no status: all that a cluster has take part in its runs',
    60: 'attempts tell nothing of nodes: these are changed by people alone',
    61: 'nodes have neither progress nor errors: the history has them',
    71: 'no run is without its snapshot',
}
#: Behaviours C1 to C28 of Sahara's event log.
_SAHARAS = re.compile(r'Sahara: behaviours? ((?:C\d+(?:,\s*|\s+and\s+)?)+)')
_WANTED_OF_SAHARA = frozenset(f'C{number}' for number in range(1, 29))


def _mentioned() -> Iterator[int]:
    for module in sources.modules():
        if module.room == 'tests':
            for listed in _MENTION.findall(module.text):
                yield from map(int, re.findall(r'\d+', listed))
                for first, last in _RANGE.findall(listed):
                    yield from range(int(first), int(last) + 1)


class BehavioursTest(unittest.TestCase):
    def test_all_that_are_kept_have_a_test(self) -> None:
        untested = _WANTED - _LEFT_OUT.keys() - set(_mentioned())

        self.assertEqual([], sorted(untested))

    def test_none_is_left_out_that_has_a_test(self) -> None:
        self.assertEqual(set(), _LEFT_OUT.keys() & set(_mentioned()))


class SaharasBehavioursTest(unittest.TestCase):
    def test_all_of_them_have_a_test(self) -> None:
        mentioned = {
            name
            for module in sources.modules()
            if module.room == 'tests'
            for listed in _SAHARAS.findall(module.text)
            for name in re.findall(r'C\d+', listed)
        }

        self.assertEqual(set(), _WANTED_OF_SAHARA - mentioned)
