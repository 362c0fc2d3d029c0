"""Agents of nodes, where Keystone says whose clusters there are."""

from typing import Any

import httpx

from trailmark.common import clock
from trailmark.db import agents, service_records
from trailmark.messaging import contracts
from trailmark.tests import databases
from trailmark.tests.unit.api import identified, served


class _Elsewhere(served.Idle):
    def holder(self) -> contracts.Holder | None:
        return None


class AgentsTest(identified.KeystoneTestCase):
    """Two agents, before any project has their nodes."""

    def setUp(self) -> None:
        super().setUp()
        self.engine = _Elsewhere()
        self.api = self._behind()
        self.nodes = [databases.fresh_name('n') for _ in range(2)]
        said = ('a', 'h', 1, '1', 'j', clock.now())
        agents.beat(
            self.db,
            [service_records.Agent(node, *said) for node in self.nodes],
        )

    def _deploy(self, client: httpx.Client, name: str) -> httpx.Response:
        first, second = self.nodes
        body: dict[str, Any] = self.deployment(name=name, source=f'/{name}')
        body['files']['nodes.yaml'] = (
            f'[{{name: {first}, roles: [web]}}, '
            f'{{name: {second}, roles: [web, db]}}]'
        )
        return client.post('deployments', json=body)

    def test_a_first_run_finds_the_agents_of_its_nodes(self) -> None:
        answer = self._deploy(self.as_('ann', self.a), self.name)

        self.assertEqual(201, answer.status_code, answer.text)
        self.assertEqual([], answer.json()['warnings'])

    def test_a_machine_of_a_project_is_refused_to_another(self) -> None:
        self._deploy(self.as_('ann', self.a), self.name)

        answer = self._deploy(self.as_('bob', self.b), f'{self.name}-2')

        error = self.assert_refused(answer, 409, 'node_served')
        self.assertIn('of a cluster of another project', error['message'])
        self.assertNotIn(self.name, error['message'])
