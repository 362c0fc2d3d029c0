"""`trailmark serve` as a process, and commands that ask it over HTTP."""

import re
import socket
import subprocess
from collections.abc import Mapping

import httpx

from trailmark.tests.functional import base, processes

_URL = re.compile(r'(http://\S+) is served')


class ServingTestCase(base.ProcessTestCase):
    """One state directory, which is served and used beside that."""

    def setUp(self) -> None:
        super().setUp()
        self.beside = self.trailmark()
        # Whoever serves must not hear this: it is for those who ask.
        self.beside.environment.pop('TRAILMARK_ENDPOINT', None)

    def serve(
        self,
        port: int | None = None,
        options: Mapping[str, object] | None = None,
    ) -> tuple[subprocess.Popen[str], str]:
        """A process that serves, once it does, and its URL."""
        server = self.trailmark(options=options)
        chosen = str(port or free_port())
        process = self.start(server, 'serve', '--port', chosen)
        self.until(
            lambda: _URL.search(base.said(process)) or process.poll(),
            'it serves',
        )
        found = _URL.search(base.said(process))
        assert found is not None, base.said(process)
        return process, found[1]

    def at(self, url: str, **more: str) -> processes.Trailmark:
        """Commands that ask there, from a state directory of their own."""
        made = processes.Trailmark(self.folder / 'elsewhere')
        made.environment.update({'TRAILMARK_ENDPOINT': url, **more})
        return made

    def ended(self, url: str, run: int) -> str:
        """The status in which a run has ended, once it has."""
        found: list[str] = []

        def is_over() -> bool:
            answer = httpx.get(f'{url}/api/v1/runs/{run}').json()
            found[:] = [answer['run']['status']]
            return found[0] not in ('pending', 'running', 'stopping')

        self.until(is_over, f'run {run} ends', 60)
        return found[0]


def port_of(url: str) -> int:
    """The port of a URL."""
    port = httpx.URL(url).port
    assert port is not None
    return port


def free_port() -> int:
    """One that who serves may take again, unlike one of port 0."""
    with socket.create_server(('127.0.0.1', 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
