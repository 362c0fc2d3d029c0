"""What tests of whole processes share: places, deadlines, what is stored."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trailmark.common.states import ExecutionState
from trailmark.db import connection, tasks_history
from trailmark.tests.functional import processes, sidelog

_PAUSE = 0.02


def write(folder: Path, files: Mapping[str, object]) -> Path:
    """Write files below a folder: texts, bytes, or data as JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content)
        else:
            path.write_text(json.dumps(content))
    return folder


def nodes(*names: str, role: str = 'w') -> list[dict[str, Any]]:
    """The content of nodes.yaml."""
    return [{'name': name, 'roles': [role]} for name in names]


def shell(name: str, command: str, **fields: Any) -> dict[str, Any]:
    """A task of every node that is not tried again."""
    return {
        'id': name,
        'type': 'shell',
        'version': '2.0.0',
        'roles': ['w'],
        'parameters': {'cmd': command, 'retries': 0},
        **fields,
    }


class EmbeddedTestCase(unittest.TestCase):
    """Commands that work on this machine; see `endpoint.OverHttp`."""

    @classmethod
    def made(
        cls, state: Path, database: str | None, register: Callable[..., Any]
    ) -> processes.Trailmark:
        """Commands on a state directory; `register` is for what they leave
        behind."""
        return processes.Trailmark(state, database)

    def driver_of(
        self, trailmark: processes.Trailmark, process: subprocess.Popen[str]
    ) -> int:
        """The pid of who drives the run that a command asked for."""
        return process.pid


class ProcessTestCase(EmbeddedTestCase):
    """A folder of its own; whatever was started is gone at the end."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def trailmark(
        self,
        database: str | None = None,
        options: Mapping[str, object] | None = None,
    ) -> processes.Trailmark:
        """Commands on the test's state directory, with options set."""
        state = self.folder / 'state'
        made = self.made(state, database, self.addCleanup)
        for name, value in (options or {}).items():
            made.environment[f'OS_{name.upper()}'] = str(value)
        return made

    def start(
        self, trailmark: processes.Trailmark, *arguments: str, **options: Any
    ) -> subprocess.Popen[str]:
        """Start a command; what it says is in `said()`."""
        number = len(list(self.folder.glob('said-*')))
        path = self.folder / f'said-{number}'
        with path.open('w') as stream:
            process = trailmark.start(
                *arguments, stdout=stream, stderr=stream, **options
            )
        self.addCleanup(end, process)
        vars(process)['said_in'] = path
        return process

    def end(
        self, process: subprocess.Popen[str], seconds: float = 60
    ) -> tuple[int, str]:
        """Exit code and all that a started command said."""
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.fail(f'not ended after {seconds} s: {said(process)}')
        return code, said(process)

    def until(
        self, condition: Callable[[], object], what: str, seconds: float = 30
    ) -> None:
        """Wait for a condition; fail when it takes longer."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.fail(f'{what}: not after {seconds} s')
            time.sleep(_PAUSE)

    def database(self, url: str | None = None) -> connection.Database:
        """The database, read by the test itself."""
        file = self.folder / 'state' / 'trailmark.db'
        db = connection.Database(url or f'sqlite:///{file}')
        self.addCleanup(db.dispose)
        return db

    def states(self, db: connection.Database, run: int) -> dict[str, str]:
        """States of the executions of a run by `task@node`."""
        rows = tasks_history.page(db, run=run, limit=100_000)
        return {
            f'{row.task}@{row.node}': str(row.state)
            for row in rows
            if row.node is not None
        }

    def ready(self, db: connection.Database, run: int) -> set[str]:
        """Names of the executions that are durably ready."""
        return {
            name
            for name, state in self.states(db, run).items()
            if state == ExecutionState.READY
        }

    def check_nothing_lost(
        self,
        db: connection.Database,
        log: sidelog.SideLog,
        before: set[str],
        since: int,
    ) -> None:
        """Run 1 is done; `before` was ready when `since` starts were."""
        states = self.states(db, 1)
        self.assertEqual({'ready'}, set(states.values()), states)
        self.assertEqual(log.executions, len(states))
        self.assertEqual(set(states), log.finished())
        self.assertEqual([], log.twice(), 'an attempt id started twice')
        self.assertEqual([], log.overlaps())
        again = before & set(log.started()[since:])
        self.assertEqual(set(), again, 'what was ready ran again')


def said(process: subprocess.Popen[str]) -> str:
    """What a started command has said so far."""
    path: Path = vars(process)['said_in']
    return path.read_text()


def end(process: subprocess.Popen[str]) -> None:
    """Kill what was started, with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
