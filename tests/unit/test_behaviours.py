"""Every behaviour that is meant to be kept names its tests."""

import re
import unittest
from collections.abc import Iterator, Mapping

from trailmark.tests import sources

_MENTION = re.compile(
    r'(\w+): behaviours? ((?:\d+(?:(?:\s*-\s*|\s+to\s+|,\s*|\s+and\s+)'
    r'(?=\d))?)+)'
)
_RANGE = re.compile(r'(\d+)(?:\s*-\s*|\s+to\s+)(\d+)')
#: System -> numbers of its behaviours.
_WANTED: Mapping[str, frozenset[int]] = {
    # All but 94 to 96: they are about Fuel's reports, which are not kept.
    'Fuel': frozenset((*range(1, 94), *range(97, 107))),
    # Of seed 003: servers, their actions, tasks and faults.
    'Nova': frozenset(range(1, 41)),
}
#: Those that do not apply, and why.
_LEFT_OUT: Mapping[str, Mapping[int, str]] = {
    'Fuel': {
        **dict.fromkeys((32, *range(41, 48)), 'YAQL is not evaluated'),
        **dict.fromkeys(
            range(48, 51), 'nothing is compared with an earlier run'
        ),
        29: 'a condition per node can only be said in YAQL',
        38: 'serialization in worker processes is not needed',
        58: 'nodes have no status: all that a cluster has take part in runs',
        60: 'attempts tell nothing of nodes: people alone change these',
        61: 'nodes have neither progress nor errors: the history has them',
        71: 'no run is without its snapshot',
    },
    'Nova': {
        31: 'a checkpoint is a text of its script, whose form is its own',
    },
}


def _mentioned() -> Iterator[tuple[str, int]]:
    for module in sources.modules():
        if module.room == 'tests':
            for system, listed in _MENTION.findall(module.text):
                for number in re.findall(r'\d+', listed):
                    yield system, int(number)
                for first, last in _RANGE.findall(listed):
                    for number in range(int(first), int(last) + 1):
                        yield system, number


class BehavioursTest(unittest.TestCase):
    def test_all_that_are_kept_have_a_test(self) -> None:
        tested = set(_mentioned())

        untested = [
            (system, number)
            for system, numbers in _WANTED.items()
            for number in sorted(numbers - _LEFT_OUT[system].keys())
            if (system, number) not in tested
        ]

        self.assertEqual([], untested)

    def test_none_is_left_out_that_has_a_test(self) -> None:
        left_out = {
            (system, number)
            for system, numbers in _LEFT_OUT.items()
            for number in numbers
        }

        self.assertEqual(set(), left_out & set(_mentioned()))
