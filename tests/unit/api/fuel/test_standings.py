"""How clusters and nodes stand after runs, in Fuel's words."""

from typing import Any

from trailmark.common import clock
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import agents, flushes, service_records
from trailmark.tests.unit.api import served
from trailmark.tests.unit.api.fuel import executed

_TIMES = (1, 2)


class StandingsTest(served.ApiTestCase):
    def cluster(self) -> dict[str, Any]:
        """The cluster as it is told."""
        found: dict[str, Any] = self.client.get(f'clusters/{self.name}').json()
        return found

    def nodes(self) -> list[dict[str, Any]]:
        """Its nodes."""
        number = self.cluster()['id']
        found = self.client.get(f'nodes/?cluster_id={number}')
        listed: list[dict[str, Any]] = found.json()
        return listed

    def statuses(self) -> list[Any]:
        """Status and progress of its nodes."""
        return [(each['status'], each['progress']) for each in self.nodes()]

    def test_what_was_never_deployed_is_new(self) -> None:
        """Fuel: behaviour 55."""
        self.deploy(dry_run=True)

        self.assertEqual('new', self.cluster()['status'])
        self.assertEqual([('discover', 0)] * 2, self.statuses())

    def test_a_noop_run_leaves_what_was_before(self) -> None:
        """Fuel: behaviour 55."""
        self.deploy(noop=True)

        self.assertEqual('new', self.cluster()['status'])
        self.assertIsNone(self.cluster()['run_status'])
        self.assertEqual([('discover', 0)] * 2, self.statuses())

    def test_what_is_deployed_tells_how_far_it_is(self) -> None:
        self.deploy()
        executed.finish(self, 'prepare', 'n2', {}, _TIMES)

        self.assertEqual('deployment', self.cluster()['status'])
        expected = [('deploying', 0), ('deploying', 50)]
        self.assertEqual(expected, self.statuses())

    def test_a_node_is_ready_once_all_of_it_is(self) -> None:
        """Fuel: behaviour 54."""
        self.deploy()
        executed.finish(self, 'prepare', 'n1', {}, _TIMES)

        self.assertEqual(('ready', 100), self.statuses()[0])

    def test_a_node_that_failed_says_of_what(self) -> None:
        """Fuel: behaviour 53."""
        self.deploy()
        error = ExecutionState.ERROR
        executed.finish(self, 'prepare', 'n1', {}, _TIMES, error)

        [failed, other] = self.nodes()
        self.assertEqual('error', failed['status'])
        self.assertEqual('deploy', failed['error_type'])
        self.assertIsNone(other['error_type'])

    def test_failures_that_are_borne_leave_a_part_undone(self) -> None:
        self.deploy()
        error, rest = ExecutionState.ERROR, ExecutionState.READY
        executed.finish(self, 'prepare', 'n1', {}, _TIMES, error)
        claim = self.engine.executed[-1][1]
        flushes.finish(self.db, claim, RunState.READY, None, rest)

        self.assertEqual('partially_deployed', self.cluster()['status'])

    def test_a_node_that_a_run_left_out_stands_as_before(self) -> None:
        self.deploy()
        executed.finish(self, 'prepare', 'n1', {}, _TIMES)
        claim, rest = self.engine.executed[-1][1], ExecutionState.CANCELLED
        flushes.finish(self.db, claim, RunState.ERROR, None, rest)
        self.deploy(nodes=['n2'])

        self.assertEqual(('ready', 100), self.statuses()[0])

    def test_a_node_is_online_where_its_agent_is(self) -> None:
        self.deploy()
        self.engine.serves_all = False
        name = f'{self.name}-n'
        body = {'name': name, 'cluster': self.name, 'roles': ['web']}
        made = self.client.post('nodes', json=body).json()
        agent = service_records.Agent(name, 'a', 'h', 1, '1', 'j', clock.now())
        agents.beat(self.db, [agent])

        found = {node['name']: node['online'] for node in self.nodes()}
        self.assertFalse(made['online'])
        self.assertTrue(found[name])
