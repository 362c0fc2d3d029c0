"""The commands of a test, asked of `trailmark serve` over HTTP."""

import re
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trailmark.tests.functional import base, processes

_URL = re.compile(r'(http://\S+) is served')
#: First words of commands that work on the machine of the database alone.
_ON_THE_MACHINE = ('db', 'serve')
_SECONDS = 60


class Served(processes.Trailmark):
    """Commands at an endpoint, which is served once one of them needs it.

    State directory, database and environment are those of who serves;
    commands have none of them. `register` is told what is to be called at
    the end.
    """

    def __init__(
        self,
        state: Path,
        database: str | None,
        register: Callable[..., Any],
    ) -> None:
        super().__init__(state, database)
        self.environment.pop('TRAILMARK_ENDPOINT', None)
        self._register = register
        self.server: subprocess.Popen[str] | None = None
        self._url = ''

    def asking(self, *arguments: str) -> Mapping[str, str]:
        """The environment of a command: the endpoint, and nothing else."""
        if arguments[:1] and arguments[0] in _ON_THE_MACHINE:
            return self.environment
        if self.server is None:
            self._serve()
        return {
            **processes.Trailmark(self.state.with_name('none')).environment,
            'TRAILMARK_ENDPOINT': self._url,
        }

    def _serve(self) -> None:
        said = self.state.with_name(f'{self.state.name}-served')
        with said.open('w') as stream:
            self.server = super().start(
                *('serve', '--port', '0'), stdout=stream, stderr=stream
            )
        self._register(base.end, self.server)
        deadline = time.monotonic() + _SECONDS
        while (found := _URL.search(said.read_text())) is None:
            late = time.monotonic() > deadline
            if late or self.server.poll() is not None:
                raise AssertionError(f'not served: {said.read_text()}')
            time.sleep(0.02)
        self._url = found[1]


class OverHttp:
    """The test case that it is mixed into, over HTTP."""

    @classmethod
    def made(
        cls, state: Path, database: str | None, register: Callable[..., Any]
    ) -> processes.Trailmark:
        """Commands at an endpoint of that state directory."""
        return Served(state, database, register)

    def driver_of(
        self, trailmark: processes.Trailmark, process: subprocess.Popen[str]
    ) -> int:
        """The pid of who serves: it drives what a command asked for."""
        assert isinstance(trailmark, Served)
        assert trailmark.server is not None
        return trailmark.server.pid
