"""Tests of progress on a terminal."""

import io
import os
import re
import unittest
from typing import Any
from unittest import mock

from trailmark.cli import asking, terminal

_WIDTH, _HEIGHT = 80, 24
_ESCAPE = re.compile(r'\x1b\[[0-9;?]*[A-Za-z]')
_LONG = 'a-long-name.of-a-node.in.a-domain.example.org'


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _node(name: str, **counts: int) -> dict[str, Any]:
    return {'node': name, 'counts': counts}


def _shown(
    *nodes: dict[str, Any], moves: list[dict[str, Any]] | None = None
) -> list[str]:
    """Lines that are on the terminal when something has been drawn."""
    stream = _Terminal()
    size = {'COLUMNS': str(_WIDTH), 'LINES': str(_HEIGHT), 'TERM': 'xterm'}
    counts = {'pending': 1234, 'running': 50, 'ready': 700, 'error': 16}
    run = {'id': 7, 'counts': {**counts, 'dep_failed': 25, 'total': 2025}}
    with mock.patch.dict(os.environ, size):
        display = terminal.TerminalDisplay(stream)
        display.update(
            asking.Progress(run=run, transitions=moves or [], nodes=nodes)
        )
        display.close()
    return _ESCAPE.sub('', stream.getvalue()).replace('\r', '').split('\n')


class TerminalTest(unittest.TestCase):
    def test_a_line_stays_a_line_whatever_the_names(self) -> None:
        move = {
            'task': 'a-task-with-' + 'long-' * 20 + 'name',
            'node': _LONG,
            'new': 'running',
        }

        lines = _shown(
            _node('n1', ready=2, pending=1),
            _node(_LONG, running=1, pending=9),
            moves=[move],
        )

        found = [line for line in lines if line.strip()]
        self.assertEqual(4, len(found), found)
        self.assertLessEqual(max(map(len, found)), _WIDTH)
        for line, start in zip(
            found, ('run 7 ', 'n1 ', _LONG[:20], '1234 pending'), strict=True
        ):
            self.assertTrue(line.startswith(start), line)
        self.assertIn(' 0/10 a-task', found[2])

    def test_more_nodes_than_lines_show_failed_and_running_first(self) -> None:
        nodes = [_node(f'n{number}', ready=2) for number in range(1000)]
        nodes[700] = _node('n700', error=1, dep_failed=1)
        nodes[800] = _node('n800', running=1, pending=1)
        nodes[900] = _node('n900', pending=2)

        lines = _shown(*nodes)

        names = [line.split()[0] for line in lines if line.startswith('n')]
        self.assertEqual(['n700', 'n800', 'n900', 'n0'], names[:4])
        self.assertLess(len(names), _HEIGHT)
        self.assertIn(f'and {1000 - len(names)} more nodes', str(lines))

    def test_an_error_stays_above_what_is_drawn(self) -> None:
        move = {
            'task': 't',
            'node': 'n1',
            'new': 'error',
            'message': 'exit code 3: bad\x1b[2J\nmore',
        }

        lines = _shown(_node('n1', error=1), moves=[move])

        self.assertIn('t@n1 error: exit code 3: bad\\x1b[2J', lines)
