"""A watch that records, and a driver's test case on it."""

import pathlib
import shutil
import tempfile
import unittest
from collections.abc import Callable
from typing import Any

from trailmark.drivers import base, folders


class Recorder:
    """A watch that remembers what it was told."""

    def __init__(self) -> None:
        self.cancelled = base.Cancellation()
        self.children: list[tuple[int, int]] = []
        self.checkpoints: list[str] = []
        self.outputs: list[tuple[int, str]] = []
        self.on_start: Callable[[], None] = lambda: None
        self.on_checkpoint: Callable[[], None] = lambda: None

    def started(self, pid: int, started: int) -> None:
        self.children.append((pid, started))
        self.on_start()

    def output(self, size: int, tail: str) -> None:
        self.outputs.append((size, tail))

    def checkpoint(self, text: str) -> None:
        self.checkpoints.append(text)
        self.on_checkpoint()


class DriverCase(unittest.TestCase):
    """Has a state directory and a watch."""

    def setUp(self) -> None:
        self.state = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.state)
        self.watch = Recorder()
        self.addCleanup(self.watch.cancelled.close)

    def job(self, cmd: str = 'true', **more: Any) -> base.Job:
        """A prepared job that runs `cmd`."""
        parameters = {'cmd': cmd, **more.pop('parameters', {})}
        given: dict[str, Any] = {
            'attempt_id': '7.0.1.2.3',
            'run': 7,
            'cluster': 'prod',
            'node': 'n1',
            'task': 'greet',
            'attempt': 3,
            'parameters': parameters,
            'timeout': 20.0,
            'folder': folders.of_node(self.state / 'nodes', 'prod', 'n1'),
            'scratch': self.state / 'attempts' / '7.0.1.2.3',
        }
        job = base.Job(**{**given, **more})
        folders.prepare(job)
        return job
