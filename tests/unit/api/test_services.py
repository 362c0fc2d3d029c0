"""Runs that engines drive elsewhere, and what is known of those."""

from typing import Any

from trailmark.common import clock
from trailmark.db import agents, engines, runs, service_records
from trailmark.drivers import catalog
from trailmark.messaging import contracts
from trailmark.tests import databases
from trailmark.tests.unit.api import served


class _Elsewhere(served.Idle):
    def holder(self) -> contracts.Holder | None:
        return None


class ServicesTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.engine = _Elsewhere()
        self.client = self.client_of(catalog.catalog())
        self.nodes = [databases.fresh_name('n') for _ in range(2)]

    def _serve(self, *nodes: str, **more: Any) -> None:
        agents.beat(
            self.db,
            [
                service_records.Agent(
                    node, 'a', 'h', 1, '1', 'j', clock.now(), **more
                )
                for node in nodes
            ],
        )

    def _body(self, **more: Any) -> dict[str, Any]:
        first, second = self.nodes
        body = self.deployment(**more)
        files = body['files']
        files['nodes.yaml'] = (
            f'[{{name: {first}, roles: [web]}}, '
            f'{{name: {second}, roles: [web, db]}}]'
        )
        return body

    def _deploy(self, **more: Any) -> Any:
        return self.client.post('/deployments', json=self._body(**more))

    def test_a_run_waits_for_any_engine(self) -> None:
        self._serve(*self.nodes)

        answer = self._deploy().json()

        run = answer['run']
        self.assertEqual(('pending', None), (run['status'], run['driven_by']))
        self.assertEqual([(run['id'], None)], self.engine.executed)
        self.assertEqual([], answer['warnings'])

    def test_a_critical_node_without_agent_refuses_the_run(self) -> None:
        self._serve(self.nodes[0])

        answer = self._deploy()

        self.assertEqual(409, answer.status_code)
        self.assertEqual('nodes_offline', answer.json()['error']['code'])
        self.assertIn(self.nodes[1], answer.json()['error']['message'])
        self.assertEqual([], self.engine.executed)

    def test_a_node_that_may_fail_is_waited_for(self) -> None:
        self._serve(self.nodes[0])
        body = self._body()
        body['files']['release/default.yaml'] += (
            '- {id: web, type: group, version: 2.0.0, roles: [web],\n'
            '   fault_tolerance: 1}\n'
        )

        answer = self.client.post('/deployments', json=body)

        self.assertEqual(201, answer.status_code, answer.text)
        [warning] = answer.json()['warnings']
        self.assertIn(f'no agent serves {self.nodes[1]}', warning)
        shown = self.client.get(f'/runs/{answer.json()["run"]["id"]}').json()
        self.assertIn('no engine has taken', shown['run']['reasons']['run'])

    def test_a_dry_run_asks_for_no_agents(self) -> None:
        self.assertEqual(201, self._deploy(dry_run=True).status_code)

    def test_a_served_node_is_refused_to_a_second_cluster(self) -> None:
        self._serve(*self.nodes)
        self._deploy()

        body = self._body(name=f'{self.name}-2', source='/elsewhere')
        answer = self.client.post('/deployments', json=body)

        self.assertEqual(409, answer.status_code)
        self.assertEqual('node_served', answer.json()['error']['code'])

    def test_a_resumed_run_waits_for_any_engine(self) -> None:
        self._serve(*self.nodes)
        run = self._deploy().json()['run']['id']
        self.client.post(f'/runs/{run}/cancel')
        self.assertEqual('cancelled', runs.get(self.db, run).state)

        answer = self.client.post(f'/runs/{run}/resume', json={})

        self.assertEqual(202, answer.status_code, answer.text)
        self.assertEqual('pending', answer.json()['run']['status'])
        self.assertEqual((run, None), self.engine.executed[-1])

    def test_services_are_listed_with_their_states(self) -> None:
        node = databases.fresh_name('n')
        self._serve(node, held=3)
        name = databases.fresh_name('e')
        engines.beat(
            self.db,
            service_records.Engine(name, 'h', 'b', 1, 2, '1', 3, runs=2),
        )

        found = self.client.get('/services').json()['services']

        [engine] = [each for each in found if each['name'] == name]
        [agent] = [each for each in found if each['node'] == node]
        self.assertEqual(('alive', 2), (engine['state'], engine['holds']))
        self.assertEqual(('unassigned', 3), (agent['state'], agent['holds']))

    def test_a_refused_and_a_closed_agent_are_told_apart(self) -> None:
        first, second = self.nodes
        self._serve(first, refused='another serves it')
        self._serve(second, closing=True)

        found = self.client.get('/services').json()['services']

        states = {each['node']: each['state'] for each in found}
        self.assertEqual(
            ('refused', 'closed'), (states[first], states[second])
        )
