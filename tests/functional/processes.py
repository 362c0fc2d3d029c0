"""The command line as a process of its own."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, '-m', 'trailmark')
AGENT = (str(Path(sys.executable).with_name('trailmark-agent')),)
API = (str(Path(sys.executable).with_name('trailmark-api')),)


@dataclasses.dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


class Trailmark:
    """Commands on one state directory and, if given, one database."""

    def __init__(
        self,
        state: Path,
        database: str | None = None,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self.state, self._command = state, command
        self.environment = {**os.environ, 'TRAILMARK_STATE': str(state)}
        if database is not None:
            self.environment['OS_DATABASE__CONNECTION'] = database

    def asking(self, *arguments: str) -> Mapping[str, str]:
        """The environment in which a command runs."""
        return self.environment

    def run(self, *arguments: str, timeout: float = 120) -> Result:
        """Run a command to its end."""
        done = subprocess.run(
            (*self._command, *arguments),
            env=self.asking(*arguments),
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command in a session of its own."""
        options.setdefault('stdout', subprocess.DEVNULL)
        options.setdefault('stderr', subprocess.DEVNULL)
        return subprocess.Popen(
            (*self._command, *arguments),
            env=self.asking(*arguments),
            text=True,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **options,
        )


def supervisors(state: Path) -> list[int]:
    """The spawners and supervisors of a state directory, the newest last."""
    found = []
    for name in sorted(filter(str.isdigit, os.listdir('/proc')), key=int):
        with contextlib.suppress(OSError):
            words = Path(f'/proc/{name}/cmdline').read_bytes().split(b'\0')
            if words[-2:-1] and words[-2].startswith(os.fsencode(state)):
                found.append(int(name))
    return found


def kill_with_supervisors(
    process: subprocess.Popen[str], state: Path
) -> list[int]:
    """The same, with those that it left to watch its commands."""
    kill(process)
    return kill_supervisors(state)


def kill_supervisors(state: Path) -> list[int]:
    """kill -9 of who watches the commands of a state directory."""
    killed = supervisors(state)
    for pid in killed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return killed


def kill_work_of(home: Path) -> None:
    """kill -9 of all that agents below a folder have begun."""
    mark = os.fsencode(home / 'attempts')
    while found := [*supervisors(home), *_marked(mark)]:
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _marked(mark: bytes) -> list[int]:
    """Processes whose environment has something in it, but zombies."""
    found = []
    for place in Path('/proc').glob('[0-9]*'):
        with contextlib.suppress(OSError):
            if mark in (place / 'environ').read_bytes():
                found.append(int(place.name))
    return found


def kill(process: subprocess.Popen[str]) -> None:
    """kill -9, of the process alone: its children go on."""
    process.send_signal(signal.SIGKILL)
    process.wait()
