"""Names of queues: as long as a broker takes them."""

import types
import unittest
from typing import Any

from trailmark.messaging import targets

_LONG = '日' * 255
#: What oslo.messaging adds to the name of a queue.
_MORE = len('_fanout_') + 32


class TargetsTest(unittest.TestCase):
    transport: Any = types.SimpleNamespace(
        conf=types.SimpleNamespace(control_exchange='trailmark')
    )

    def queue(self, node: str, agent: str) -> str:
        """The name of an agent's own queue."""
        target = targets.agents(self.transport, node, agent)
        return f'{target.topic}.{target.server}'

    def test_long_names_are_shortened(self) -> None:
        queue = self.queue(_LONG, _LONG)

        self.assertLessEqual(len(queue.encode()) + _MORE, 255)

    def test_each_has_a_queue_of_its_own(self) -> None:
        nodes = (_LONG, _LONG[:-1] + '本', _LONG[:34], '日本', 'n1')

        queues = {self.queue(node, 'a') for node in nodes}

        self.assertEqual(len(nodes), len(queues))

    def test_short_names_stay(self) -> None:
        self.assertEqual('trailmark.agent.日本.a', self.queue('日本', 'a'))
