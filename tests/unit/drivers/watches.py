"""A watch that records, and a driver's test case on it."""

import pathlib
import shutil
import tempfile
import unittest
from collections.abc import Callable
from typing import Any

from trailmark.drivers import base, folders, groups, leftovers, spawning


class Recorder:
    """A watch that remembers what it was told."""

    def __init__(self) -> None:
        self.cancelled = base.Cancellation()
        self.checkpoints: list[str] = []
        self.outputs: list[tuple[int, str]] = []
        self.on_checkpoint: Callable[[], None] = lambda: None

    def output(self, size: int, tail: str) -> None:
        self.outputs.append((size, tail))

    def checkpoint(self, text: str) -> None:
        self.checkpoints.append(text)
        self.on_checkpoint()


class DriverCase(unittest.TestCase):
    """Has a state directory and a watch."""

    def setUp(self) -> None:
        self.state = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.state, ignore_errors=True)
        self.addCleanup(spawning.let_go, self.state / 'attempts')
        self._jobs = 0
        self.watch = Recorder()
        self.addCleanup(self.watch.cancelled.close)

    def begun(self) -> list[str]:
        """The commands that were begun."""
        found = (self.state / 'attempts').glob('*.command?')
        return sorted(each.name for each in found)

    def running(self) -> list[groups.Member]:
        """What is alive of all attempts."""
        places = {each.rpartition('.')[0] for each in self.begun()}
        return [
            each
            for name in places
            for each in leftovers.family(
                self.state / 'attempts' / name, '7.0.1.2.3'
            ).living()
        ]

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
            'scratch': self.state / 'attempts' / f'7.0.1.{self._jobs}.3',
        }
        self._jobs += 1
        job = base.Job(**{**given, **more})
        folders.prepare(job)
        return job
