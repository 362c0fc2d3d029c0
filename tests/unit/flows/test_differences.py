"""What is different between two graphs."""

import unittest
from typing import Any

from trailmark.flows import differences

_A = {'id': 'a', 'type': 'shell', 'parameters': {'cmd': 'x', 'timeout': 5}}


def _compare(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> list[tuple[Any, ...]]:
    return [
        (one.task, str(one.change), one.field, one.before, one.after)
        for one in differences.compare(before, after)
    ]


class DifferencesTest(unittest.TestCase):
    def test_equal_graphs_have_none(self) -> None:
        self.assertEqual([], _compare([_A], [dict(_A)]))

    def test_new_and_missing_tasks_are_told_whole(self) -> None:
        other = {'id': 'b', 'type': 'stage'}

        found = _compare([_A], [other])

        self.assertEqual(
            [
                ('b', 'added', None, None, other),
                ('a', 'removed', None, _A, None),
            ],
            found,
        )

    def test_fields_are_compared_one_by_one_and_parameters_by_name(
        self,
    ) -> None:
        changed = {
            'id': 'a',
            'type': 'puppet',
            'requires': ['z'],
            'parameters': {'cmd': 'y'},
        }

        found = _compare([_A], [changed])

        self.assertEqual(
            [
                ('a', 'changed', 'type', 'shell', 'puppet'),
                ('a', 'changed', 'parameters.cmd', 'x', 'y'),
                ('a', 'removed', 'parameters.timeout', 5, None),
                ('a', 'added', 'requires', None, ['z']),
            ],
            found,
        )

    def test_the_graph_s_own_fields_are_compared_too(self) -> None:
        found = list(differences.compare([], [], ({'node_filter': '1'}, {})))

        self.assertEqual(
            [(None, 'removed', 'node_filter')],
            [(one.task, one.change, one.field) for one in found],
        )
