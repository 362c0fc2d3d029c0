"""Clusters in the middle of a run, whose history a test writes itself."""

from collections.abc import Sequence
from typing import Any

import httpx

from trailmark.api import application, guards
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import (
    connection,
    counters,
    deployments,
    flushes,
    records,
    runs,
)
from trailmark.drivers import catalog
from trailmark.tests import stored
from trailmark.tests.unit.api import served

E = ExecutionState
#: 2013-10-09 12:37:19.295701, as seed 001 writes it.
BEGAN = 1381322239295701
SECOND = 1_000_000


class ProgressTestCase(served.ApiTestCase):
    """Asks as an admin, for the tenant `acme`, of a cluster of two nodes."""

    def setUp(self) -> None:
        super().setUp()
        self.api = self.asking()
        self.nodes: Sequence[str] = ('n1', 'n2')
        self.cluster = self.stored(self.nodes)

    def asking(
        self,
        guard: guards.Guard | None = None,
        db: connection.Database | None = None,
        auth: tuple[str, str] | None = None,
        **more: Any,
    ) -> httpx.Client:
        """A client of an API, without a version in its URL."""
        api = application.Application(
            *(db or self.db, self.engine, catalog.catalog(), 30.0),
            served.planner(),
            guard=guard,
            **more,
        )
        client = httpx.Client(
            transport=httpx.WSGITransport(api),
            base_url='http://127.0.0.1',
            auth=auth,
        )
        self.addCleanup(client.close)
        return client

    def stored(
        self, nodes: Sequence[str], **attributes: Any
    ) -> records.Cluster:
        """A cluster of these nodes, which all have roles b and a."""
        made = records.DeploymentRecord(
            cluster=self.name,
            source=f'/{self.name}',
            release=f'release-{self.name}',
            plugins=(),
            nodes=tuple(
                records.NodeRecord(name, ('b', 'a'), attributes)
                for name in nodes
            ),
            roles={},
            graphs=(),
            graph_types=('default',),
        )
        return deployments.store(self.db, made).cluster

    def begin(
        self, *tasks: str, kind: str | None = 'creating', **more: Any
    ) -> int:
        """A run of these tasks on every node of the cluster."""
        nodes = self.cluster.nodes
        numbers = range(1, len(nodes) + 1)
        values: dict[str, Any] = {
            'cluster_id': self.cluster.id,
            'graph_types': ('default',),
            'state': RunState.PENDING,
            'request': {},
            'snapshot': {},
            'nodes': [
                (0, None, None, ()),
                *(
                    (number, node.id, node.name, node.roles)
                    for number, node in enumerate(nodes, 1)
                ),
            ],
            'tasks': [
                records.NewTask(number, 0, name, len(nodes))
                for number, name in enumerate(tasks)
            ],
            'executions': [
                (0, node, task, E.PENDING)
                for node in numbers
                for task in range(len(tasks))
            ],
            'step_types': (kind,),
            'node_groups': dict.fromkeys(numbers, 'a+b'),
        }
        new = records.NewRun(**{**values, **more})
        run, claim = runs.insert(self.db, new, stored.HOLDER, 30.0)
        assert claim is not None
        self.claim = claim
        return run

    def attempt(
        self,
        task: int,
        nodes: Sequence[int],
        state: ExecutionState | None = E.READY,
        attempt: int = 1,
        fault: records.Fault | None = None,
        at: int = BEGAN,
        lasts: int = 0,
        old: ExecutionState = E.PENDING,
    ) -> None:
        """Attempts of a task that are made, and end so many seconds later.

        None leaves them running; an error has a fault `Failed` saying `no`.
        """
        batch = records.Batch()
        ended = at + lasts * SECOND
        for node in nodes:
            key = (0, node, task)
            moves = [(old, E.RUNNING, at)]
            if state is not None:
                moves.append((E.RUNNING, state, ended))
            if state == E.DEP_FAILED:
                moves = [(old, state, ended)]
            batch.changes.append(
                _change(key, old, state or E.RUNNING, attempt, at, ended)
            )
            batch.transitions += [
                records.Transition(key, before, after, attempt, moment)
                for before, after, moment in moves
            ]
            if fault is not None or state == E.ERROR:
                said = fault or records.Fault(
                    key, attempt, 'Failed', 'no', ended
                )
                batch.faults.append(said)
        self.claim = flushes.flush(self.db, self.claim, batch)

    def count(self) -> None:
        """Have the counts of the run stored, as its engine does."""
        counters.add(self.db, self.claim.run)

    def end(self, state: RunState = RunState.READY) -> None:
        """End the run; what is pending is cancelled."""
        flushes.finish(self.db, self.claim, state, None, E.CANCELLED)

    def get(self, path: str = '', **parameters: Any) -> httpx.Response:
        """What version 1.1 answers of the cluster."""
        url = f'/v1.1/acme/clusters/{self.cluster.id}{path}'
        return self.api.get(url, params=parameters)

    def shown(self, **parameters: Any) -> dict[str, Any]:
        """The cluster."""
        answer = self.get(**parameters)
        self.assertEqual(200, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json()['cluster']
        return found

    def steps(self, **parameters: Any) -> list[dict[str, Any]]:
        """The steps of the cluster."""
        found: list[dict[str, Any]] = self.shown(**parameters)[
            'provisioning_progress'
        ]
        return found

    def events(self, **parameters: Any) -> list[dict[str, Any]]:
        """Events of the steps that are not done."""
        answer = self.get('/progress', **parameters)
        self.assertEqual(200, answer.status_code, answer.text)
        found: list[dict[str, Any]] = answer.json()['events']
        return found

    def assert_error(
        self, answer: httpx.Response, status: int, name: str
    ) -> None:
        """An error as Sahara says it, and nothing else."""
        said = answer.json()
        self.assertEqual(status, answer.status_code)
        self.assertEqual(
            (status, name), (said['error_code'], said['error_name'])
        )
        self.assertEqual(
            {'error_code', 'error_name', 'error_message'}, set(said)
        )


def _change(
    key: records.Key,
    old: ExecutionState,
    new: ExecutionState,
    attempt: int,
    at: int,
    ended: int,
) -> records.RowChange:
    return records.RowChange(
        key=key,
        base=old,
        state=new,
        attempt=attempt,
        retries_left=0,
        interruptions=0,
        deadline_at=None,
        journal=None,
        not_before=None,
        started_at=at,
        ended_at=None if new in (E.RUNNING, E.PENDING) else ended,
        message=None,
    )
