"""Lines about where the time of a run went."""

import unittest
from typing import Any

from trailmark.cli import times


def _step(number: int, seconds: float, **more: Any) -> dict[str, Any]:
    return {
        'execution': f't{number}@n1',
        'seconds': seconds,
        'gap': 0.0,
        'after': 'dependency',
        **more,
    }


def _times(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    nothing = {'total': 0.0, 'longest': 0.0, 'execution': None}
    return {
        'elapsed': 200.0,
        'paused': 0.0,
        'longest_tasks': [],
        'waiting': {**nothing, 'behind': None},
        'retries': {**nothing, 'attempts': 0, 'executions': 0},
        'critical_path': {'running': 1.0, 'gaps': 0.0, 'steps': list(steps)},
        **more,
    }


class TimesTest(unittest.TestCase):
    def _lines(self, *steps: dict[str, Any], **more: Any) -> str:
        return '\n'.join(times.lines(_times(*steps, **more)))

    def test_what_cost_nothing_is_not_mentioned(self) -> None:
        self.assertEqual('elapsed: 3 min 20 s', self._lines())

    def test_a_wait_says_what_its_node_ran(self) -> None:
        said = self._lines(
            waiting={
                'total': 90.0,
                'longest': 61.0,
                'execution': 'b@n1',
                'behind': 'a@n1',
            }
        )

        self.assertIn('1 min 01 s b@n1, while its node ran a@n1', said)

    def test_a_long_path_shows_what_took_longest_in_its_order(self) -> None:
        steps = [_step(each, float(each % 7)) for each in range(1, 15)]

        said = self._lines(*steps).split('\n')

        self.assertEqual('critical path: 14 executions', said[1][:28])
        shown = [
            int(line.split('t')[1].split('@')[0])
            for line in said[2:]
            if '@' in line
        ]
        self.assertEqual(10, len(shown))
        self.assertEqual(sorted(shown), shown)
        self.assertIn('  ... 1 more, 0.00 s', said)

    def test_hours_are_told_in_hours(self) -> None:
        self.assertEqual('2 h 01 min', times.lasting(7265))
