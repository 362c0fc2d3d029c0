"""Servers with a history that is written as an engine writes it."""

import atexit
import functools
import pathlib
import shutil
import tempfile
from collections.abc import Mapping
from typing import Any

import httpx

from trailmark.api import (
    admission,
    application,
    guards,
    http_basic,
    policies,
    tokens,
)
from trailmark.common import clock
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import flushes, records, tasks_history
from trailmark.drivers import catalog
from trailmark.tests.unit.api import secured, served

E, R = ExecutionState, RunState
FILES = {
    'nodes.yaml': '[{name: n1, roles: [w]}, {name: n2, roles: [w]}]',
    'release/default.yaml': """
- {id: a, type: shell, version: 2.0.0, roles: [w], parameters: {cmd: 'true'}}
- {id: b, type: shell, version: 2.0.0, roles: [w], requires: [a],
   parameters: {cmd: 'true'}}
""",
    'release/reboot.yaml': """
- {id: r, type: shell, version: 2.0.0, roles: [w], parameters: {cmd: 'true'}}
""",
}
#: Message of a fault that is not Trailmark's own.
FOREIGN = 'exit code 3: password=abc'


@functools.cache
def _guard() -> guards.Guard:
    """Of the users of `secured.ROLES`; reading them takes a second."""
    folder = tempfile.mkdtemp(prefix='trailmark_test_')
    atexit.register(shutil.rmtree, folder, True)
    file = pathlib.Path(folder) / 'htpasswd'
    file.write_text(''.join(map(secured.line, secured.ROLES)))
    users = http_basic.Users(file, ['ada'], ['rita'])
    rules = policies.Policies(secured.configuration())
    return admission.KnownUsers(
        users, rules, tokens.Tokens(users, b'secret', 60)
    )


class InstancesTestCase(served.ApiTestCase):
    """A cluster of n1 and n2 whose first run is over, unless it is not."""

    def setUp(self) -> None:
        super().setUp()
        self.nova = self._client(guards.Trusting())
        self.nodes: dict[str, str] = {}

    def _client(self, guard: guards.Guard, **more: Any) -> httpx.Client:
        api = application.Application(
            *(self.db, self.engine, catalog.catalog(), 30.0),
            served.planner(),
            guard=guard,
        )
        client = httpx.Client(
            transport=httpx.WSGITransport(api),
            base_url='http://127.0.0.1/v2.1/',
            **more,
        )
        self.addCleanup(client.close)
        return client

    def nobody(self) -> httpx.Client:
        """A client that says nothing of who asks, where users are known."""
        return self._client(_guard())

    def _as(self, user: str) -> httpx.Client:
        return self._client(_guard(), auth=(user, secured.password(user)))

    def deployed(self, end: RunState | None = R.READY, **more: Any) -> int:
        """A run of the default graph on both nodes, all of it ready."""
        run = int(self.deploy(files=FILES, **more)['run']['id'])
        found = self.client.get(f'nodes?cluster={self.name}').json()
        self.nodes = {each['name']: str(each['id']) for each in found}
        if end is not None:
            for name in ('a', 'b'):
                for node in ('n1', 'n2'):
                    self.attempt(name, node, E.READY)
            self.end(end)
        return run

    def get(
        self, path: str, version: str = '2.84', user: str | None = None
    ) -> httpx.Response:
        """What is below the server n1, asked by a user or this process."""
        return self.ask(
            'GET', f'servers/{self.nodes["n1"]}{path}', version, user=user
        )

    def post(self, path: str, body: Any = None) -> httpx.Response:
        """The same for something that is asked of it."""
        return self.ask(
            'POST', f'servers/{self.nodes["n1"]}{path}', json=body or {}
        )

    def ask(
        self,
        method: str,
        path: str,
        version: str = '2.84',
        user: str | None = None,
        **more: Any,
    ) -> httpx.Response:
        """An answer below `/v2.1`."""
        client = self.nova if user is None else self._as(user)
        told = {'OpenStack-API-Version': f'compute {version}'}
        headers = {**told, **more.pop('headers', {})}
        return client.request(method, path, headers=headers, **more)

    def begin(self, action: str = 'reboot', **more: Any) -> dict[str, Any]:
        """A task of n1."""
        answer = self.ask(
            'POST',
            f'servers/{self.nodes["n1"]}/tasks',
            json={'action': action},
            **more,
        )
        self.assertEqual(202, answer.status_code, answer.text)
        task: dict[str, Any] = answer.json()['task']
        return task

    def attempt(
        self,
        task: str,
        node: str,
        ends: ExecutionState | None,
        number: int = 1,
        fault: tuple[str, str] | None = None,
        checkpoint: str | None = None,
    ) -> None:
        """One attempt of the last run, begun and, with a state, ended."""
        run, claim = self.engine.executed[-1]
        row = tasks_history.get(self.db, run, task, node)
        key = (row.graph, row.node_no, row.task_no)
        begun, state = clock.now(), ends or E.RUNNING
        moves = [records.Transition(key, E.PENDING, E.RUNNING, number, begun)]
        if ends is not None:
            moves.append(
                records.Transition(key, E.RUNNING, ends, number, clock.now())
            )
        batch = records.Batch(
            [_change(key, state, number, begun, self.name)],
            moves,
            faults=[
                records.Fault(key, number, *each, clock.now())
                for each in ((fault and [fault]) or ())
            ],
            checkpoints=[
                records.Checkpoint(key, number, body, clock.now())
                for body in ((checkpoint and [checkpoint]) or ())
            ],
        )
        self.engine.executed[-1] = (run, flushes.flush(self.db, claim, batch))

    def end(self, state: RunState, rest: ExecutionState = E.SKIPPED) -> None:
        """The end of the last run; what is left of it ends in `rest`."""
        _run, claim = self.engine.executed[-1]
        if state in (R.STOPPED, R.CANCELLED):
            claim = flushes.set_state(self.db, claim, R.STOPPING)
        left = None if state == R.STOPPED else rest
        flushes.finish(self.db, claim, state, None, left)

    def failed(
        self,
        kind: str = 'Failed',
        said: str = FOREIGN,
        number: int = 1,
    ) -> None:
        """The last run failed in `r` of n1, and ended."""
        self.attempt('r', 'n1', E.ERROR, number, (kind, said))
        self.end(R.ERROR)

    def actions(self, query: str = '', **more: Any) -> list[dict[str, Any]]:
        """Actions of n1."""
        answer = self.get(f'/os-instance-actions{query}', **more)
        self.assertEqual(200, answer.status_code, answer.text)
        found: list[dict[str, Any]] = answer.json()['instanceActions']
        return found

    def action(self, request: str, **more: Any) -> dict[str, Any]:
        """One of them, with its events."""
        answer = self.get(f'/os-instance-actions/{request}', **more)
        self.assertEqual(200, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json()['instanceAction']
        return found

    def server(self, **more: Any) -> dict[str, Any]:
        """What is told of n1."""
        found: dict[str, Any] = self.get('', **more).json()['server']
        return found

    def tasks(self, query: str = '', **more: Any) -> list[dict[str, Any]]:
        """Tasks of n1."""
        answer = self.get(f'/tasks{query}', **more)
        self.assertEqual(200, answer.status_code, answer.text)
        found: list[dict[str, Any]] = answer.json()['tasks']
        return found

    def refused(
        self, answer: httpx.Response, status: int, name: str
    ) -> Mapping[str, Any]:
        """An error as Nova's clients expect it."""
        self.assertEqual(status, answer.status_code, answer.text)
        [(found, error)] = answer.json().items()
        self.assertEqual((name, status), (found, error['code']))
        told: Mapping[str, Any] = error
        return told


def _change(
    key: records.Key,
    state: ExecutionState,
    attempt: int,
    begun: int,
    journal: str,
) -> records.RowChange:
    ended = state not in (E.RUNNING, E.PENDING)
    return records.RowChange(
        key=key,
        base=E.PENDING,
        state=state,
        attempt=attempt,
        retries_left=0,
        interruptions=0,
        deadline_at=None,
        journal=journal,
        not_before=None,
        started_at=begun,
        ended_at=clock.now() if ended else None,
        message=None,
    )
