"""A double of the API that gives the answers it was told, and a shell."""

import dataclasses
import io
import json
import logging
import os
import sys
import tempfile
import urllib.parse
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from trailmark.cli import connection, shell

NAMES = {200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content'}


def run_document(status: str = 'ready', **changed: Any) -> dict[str, Any]:
    """A run as the API answers it."""
    return {
        'id': 3,
        'status': status,
        'cluster': 'shop',
        'graph_types': ['default'],
        'counts': {'ready': 2, 'total': 2},
        'time_start': '2024-01-01T12:00:00.000000',
        'time_end': None,
        'message': None,
        'asked': 'none',
        'dry_run': False,
        'noop': False,
        'driven_by': None,
        'resumable': status in ('error', 'stopped', 'cancelled'),
        **changed,
    }


def history_row(**changed: Any) -> dict[str, Any]:
    """A row of the history as the API answers it."""
    return {
        'id': 13,
        'deployment_task_id': 3,
        'node_id': 5,
        'node_name': 'db2',
        'task_id': 34,
        'task_name': 'replica',
        'graph_type': 'default',
        'time_start': 1457362146,
        'time_end': 1457362276,
        'status': 'error',
        'attempt': 2,
        'message': 'exit code 7',
        **changed,
    }


class Page(list[Any]):
    """A page of a list with more behind it."""


class Api:
    """A WSGI application: the answers of a path come one after the other.

    The last one is repeated; `requests` keeps what was asked.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.answers: dict[tuple[str, str], list[tuple[int, Any]]] = {}

    def answer(
        self, method: str, path: str, *bodies: Any, status: int = 200
    ) -> None:
        """Answers still to come for a path below /api/v1/."""
        coming = self.answers.setdefault((method, path), [])
        coming.extend((status, body) for body in bodies)

    def asked(self, method: str, path: str) -> list[Any]:
        """Queries of GETs or bodies of other requests of a path."""
        return [
            query if method == 'GET' else body
            for verb, asked, query, body in self.requests
            if (verb, asked) == (method, path)
        ]

    def __call__(
        self, environ: dict[str, Any], start: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        method = environ['REQUEST_METHOD']
        path = environ['PATH_INFO'].removeprefix('/api/v1/')
        query = dict(urllib.parse.parse_qsl(environ['QUERY_STRING']))
        raw = environ['wsgi.input'].read()
        body = json.loads(raw) if raw else None
        self.requests.append((method, path, query, body))
        missing = (404, refusal('not_found', f'There is no {path}.'))
        coming = self.answers.get((method, path), [missing])
        status, found = coming.pop(0) if len(coming) > 1 else coming[0]
        headers = [('Content-Type', 'application/json')]
        if isinstance(found, Page):
            more = f'</api/v1/{path}?marker={found[-1]["id"]}>; rel="next"'
            headers.append(('Link', more))
        start(f'{status} {NAMES.get(status, "Refused")}', headers)
        return [b'' if status == 204 else json.dumps(found).encode()]


def refusal(code: str, message: str, *problems: Any) -> dict[str, Any]:
    """An error as the API answers it."""
    told = {'code': code, 'message': message, 'problems': list(problems)}
    return {'error': told}


class Link:
    """A connection to the double; runs are done at once unless held."""

    hands_over = False
    stops = False

    def __init__(self, api: Api) -> None:
        self.client = httpx.Client(
            transport=httpx.WSGITransport(api), base_url='http://trailmark'
        )
        self.failed: Exception | None = None
        self.closed = False

    def events(self, run: int, after: int) -> connection.Events | None:
        """None: it is asked."""
        return None

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """At once."""
        return True

    def failure(self, run: int) -> Exception | None:
        """What the test says."""
        return self.failed

    def close(self) -> None:
        """Remember it."""
        self.client.close()
        self.closed = True


@dataclasses.dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def call(link: connection.Connection | None, *words: str) -> Said:
    """Run a command line in this process on a connection."""

    def connect(options: connection.Options) -> connection.Connection:
        assert link is not None, 'it must not connect'
        return link

    before = sys.stdout, sys.stderr
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout = _text(out)
        sys.stderr = _text(err)
        try:
            code = _code(connect, words)
            sys.stdout.flush()
            sys.stderr.flush()
            return Said(code, _read(out), _read(err))
        finally:
            sys.stdout, sys.stderr = before
            root.handlers[:] = handlers
            root.setLevel(level)


def _code(connect: connection.Connect, words: Iterable[str]) -> int:
    try:
        return shell.TrailmarkShell(connect).run(list(words))
    except SystemExit as left:
        return int(left.code or 0)


def _text(file: Any) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        os.fdopen(os.dup(file.fileno()), 'wb'), encoding='utf-8'
    )


def _read(file: Any) -> str:
    file.seek(0)
    text: str = file.read().decode()
    return text
