"""A command line on a double, for tests that need a process of their own.

Its run is `running` until the file that its first argument names is there,
then it has ended in error; every question answers with much text.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from trailmark.cli import shell
from trailmark.tests.unit.cli import double


class _Scripted(double.Api):
    def __init__(self, ending: str) -> None:
        super().__init__()
        self._ending = ending
        self._moves = 0

    def __call__(
        self, environ: dict[str, Any], start: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ['PATH_INFO'].removeprefix('/api/v1/')
        if path == 'runs/3/stop':
            open(self._ending, 'w').close()
        key = environ['REQUEST_METHOD'], path
        self.answers[key] = [(200, self._found(path))]
        return super().__call__(environ, start)

    def _found(self, path: str) -> Any:
        ended = os.path.exists(self._ending)
        run = double.run_document('error' if ended else 'running')
        found = {
            'runs/3/transitions': self._transitions,
            'runs/3/nodes': lambda: {'nodes': []},
            'runs/3/resume': lambda: {'run': run, 'changed_tasks': []},
            'tasks_history': self._history,
        }
        return found.get(path, lambda: {'run': run})()

    def _transitions(self) -> Any:
        moves = [
            {
                'id': self._moves + number,
                'task': 'a-task-with-a-long-name',
                'node': 'n1',
                'new': 'ready',
                'time': '2024-01-01T12:00:00',
                'message': None,
            }
            for number in range(500)
        ]
        self._moves += len(moves)
        return {'transitions': moves, 'next': None}

    def _history(self) -> Any:
        rows = [double.history_row(id=number) for number in range(5000)]
        return {'tasks_history': rows, 'next': None}


class _Link(double.Link):
    def __init__(self, api: double.Api, ending: str) -> None:
        super().__init__(api)
        self._ending = ending

    def wait(self, run: int, timeout: float | None = None) -> bool:
        while not os.path.exists(self._ending):
            time.sleep(0.05)
        return True


if __name__ == '__main__':
    ending, *words = sys.argv[1:]
    link = _Link(_Scripted(ending), ending)
    sys.exit(shell.TrailmarkShell(lambda options: link).run(words))
