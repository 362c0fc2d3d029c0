"""`fuel2`, as it was published, before a `trailmark serve`."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import httpx

from trailmark.tests import clients
from trailmark.tests.functional import base, processes, serving

_USERS = Path(__file__).with_name('htpasswd')
NOAUTH: dict[str, Any] = {'auth': {}, 'user': None}
#: What the server is told, and who asks.
HTTP_BASIC: dict[str, Any] = {
    'auth': {
        'api__auth_strategy': 'http_basic',
        'api__http_basic_auth_user_file': _USERS,
        'api__admins': 'maria',
        'api__readers': 'rita',
    },
    'user': ('maria', 'm-secret'),
}


class FuelTestCase(serving.ServingTestCase):
    """A release, a plugin, a cluster with both and two nodes: all have id 1.

    The nodes have the ids 1 and 2.
    """

    auth: ClassVar[Mapping[str, object]] = {}
    user: ClassVar[tuple[str, str] | None] = None

    def setUp(self) -> None:
        reason = clients.why_not()
        if reason is not None:
            self.skipTest(reason)
        super().setUp()
        self.command = clients.FUEL.command('fuel2')
        _, self.url = self.serve(options=self.auth)
        self.api = httpx.Client(
            base_url=f'{self.url}/api/v1/', auth=self.user, timeout=60
        )
        self.addCleanup(self.api.close)
        self._fill()

    def _fill(self) -> None:
        options = {'SERVER_PORT': serving.port_of(self.url)}
        base.write(self.folder, {'config/fuel/fuel_client.yaml': options})
        self.post('releases', {'name': 'shop-1.0', 'roles': _ROLES})
        self.post('plugins', {'name': 'audit'})
        self.post('clusters', {'name': 'shop', 'release': 'shop-1.0'})
        self.post('clusters/1/plugins', {'plugin': 'audit'})
        for name in ('n1', 'n2'):
            self.post('nodes', {'name': name, 'cluster': 1, 'roles': ['w']})

    def post(self, path: str, body: Any) -> Any:
        """Ask the API itself for something that comes before the test."""
        answer = self.api.post(path, json=body)
        self.assertLess(answer.status_code, 300, answer.text)
        return answer.json()

    def graph(self, tasks: list[dict[str, Any]], owner: str) -> None:
        """Give an owner a default graph, as `clusters/1`."""
        self.post(f'{owner}/deployment_graphs/default', {'tasks': tasks})

    def says(
        self, *arguments: object, user: tuple[str, str] | None = None
    ) -> processes.Result:
        """Run fuel2 to its end."""
        known = user or self.user or ('', '')
        done = subprocess.run(
            (self.command, *map(str, arguments)),
            env={
                **os.environ,
                'OS_USERNAME': known[0],
                'OS_PASSWORD': known[1],
                'XDG_CONFIG_HOME': str(self.folder / 'config'),
                # Of PyYAML, that a file of its own is read unsafely.
                'PYTHONWARNINGS': 'ignore',
            },
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
        )
        return processes.Result(done.returncode, done.stdout, done.stderr)

    def fuel(self, *arguments: object) -> str:
        """What fuel2 prints when all is well."""
        done = self.says(*arguments)
        self.assertEqual(0, done.code, f'{arguments}: {done.err}{done.out}')
        return done.out

    def read(self, *arguments: object) -> Any:
        """What a command that lists or shows prints as JSON."""
        return json.loads(self.fuel(*arguments, '-f', 'json'))

    def execute(self, *arguments: object) -> int:
        """Execute graphs of the cluster; the task, once it is over."""
        out = self.fuel('graph', 'execute', '-e', 1, *arguments)
        number = int(out.split('with id ')[1].split()[0])
        self.ended_as(number)
        return number

    def ended_as(self, task: int) -> str:
        """The status in which a task has ended, once it has."""
        found: list[str] = []

        def is_over() -> bool:
            found[:] = [self.api.get(f'transactions/{task}').json()['status']]
            return found[0] not in ('pending', 'running')

        self.until(is_over, f'task {task} ends', 60)
        return found[0]

    def history(self, task: int, *arguments: object) -> set[tuple[str, ...]]:
        """Task, node and status of what a history shows."""
        rows = self.read('task', 'history', 'show', task, *arguments)
        keys = ('task_name', 'node_id', 'status')
        return {tuple(str(row[key]) for key in keys) for row in rows}


_ROLES = {'roles': {'w': ['w']}, 'tags': {}}
