"""Nodes as instances, on every kind of database."""

from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import RunState
from trailmark.db import (
    cluster_changes,
    flushes,
    instance_actions,
    instance_records,
    records,
    runs,
    server_tasks,
    servers,
)
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import A1, A2, B1, E

load_tests = testscenarios.load_tests_apply_scenarios
_FAILED = (A1, E.PENDING, E.RUNNING), (A1, E.RUNNING, E.ERROR)


class ServersTest(base.DatabaseTest):
    """A cluster of two nodes, and runs of it."""

    def setUp(self) -> None:
        super().setUp()
        made = self.cluster()
        self.number = made.id
        self.n1, self.n2 = (node.id or 0 for node in made.nodes)
        self.nodes = [
            (0, None, None, ()),
            (1, self.n1, 'n1', ('x',)),
            (2, self.n2, 'n2', ('x',)),
        ]

    def begun(self, **more: Any) -> tuple[int, records.Claim]:
        """A run on both nodes."""
        return self.insert(self.number, nodes=self.nodes, **more)

    def failed(self, kind: str = 'Failed', **more: Any) -> int:
        """A run that failed in `a` of n1."""
        run, claim = self.begun(**more)
        for move in _FAILED:
            claim = self.move(claim, move, ended_at=12)
        fault = records.Fault(A1, 1, kind, 'no', 12)
        claim = flushes.flush(self.db, claim, records.Batch(faults=[fault]))
        flushes.finish(self.db, claim, RunState.ERROR, None, E.CANCELLED)
        return run

    def asked(
        self, node: int, **more: Any
    ) -> list[instance_records.InstanceRun]:
        """Actions of a node."""
        return instance_actions.list_of(self.db, node, **more)


class StateTest(ServersTest):
    """How a server is."""

    def test_a_failure_is_of_the_newest_run_and_of_its_node(self) -> None:
        """The first one has been made good."""
        run = self.failed()

        found, other = (servers.get(self.db, n) for n in (self.n1, self.n2))

        assert found.failure is not None
        self.assertEqual((run, 'a', 'Failed', 'no'), _told(found.failure))
        self.assertEqual(f'{run}.0.1.0.1', found.failure.id)
        self.assertIsNone(other.failure)
        self.begun()
        self.assertIsNone(servers.get(self.db, self.n1).failure)

    def test_plans_and_runs_without_effect_change_nothing(self) -> None:
        """They neither build a server nor mend it."""
        self.failed(noop=True)
        plan = base.new_run(
            self.number, nodes=self.nodes, dry_run=True, state=RunState.READY
        )
        runs.insert(self.db, plan, None, 30.0)

        found = servers.get(self.db, self.n1)

        self.assertEqual((None, False, ()), _state(found))

    def test_a_node_that_is_gone_is_known_by_its_runs(self) -> None:
        """Another one never gets its number."""
        self.failed()
        cluster_changes.remove_node(self.db, self.number, 'n2')
        cluster_changes.remove_node(self.db, self.number, 'n1')

        found = servers.get(self.db, self.n1)

        self.assertEqual(('n1', True), (found.name, found.deleted))
        assert found.failure is not None
        again = self.cluster().nodes
        self.assertNotIn(self.n2, [node.id for node in again])

    def test_servers_are_found_by_names(self) -> None:
        """Of which a percent sign is a part like any other."""
        for name, exact, number in (('1', False, 1), ('1', True, 0)):
            found = servers.list_all(self.db, 1, self.n1 - 1, name, exact)
            mine = [each for each in found if each.id == self.n1]
            self.assertEqual(number, len(mine))
        self.assertEqual([], servers.list_all(self.db, 9, name='%'))

    def test_what_never_was_is_not_found(self) -> None:
        """Neither as a node nor in a run."""
        with self.assertRaises(exceptions.NotFound):
            servers.get(self.db, 10**12)


class ActionsTest(ServersTest):
    """Runs as one node sees them."""

    def test_a_run_is_no_action_of_nodes_it_was_not_meant_for(self) -> None:
        """Though they have rows in it."""
        run, _ = self.begun(chosen=frozenset({1}))

        [found] = self.asked(self.n1)

        self.assertEqual(run, found.run)
        self.assertFalse(server_tasks.is_shared(self.db, found))
        self.assertEqual([], self.asked(self.n2))

    def test_the_newest_run_of_a_request_stands_for_it(self) -> None:
        """Of each node's own."""
        request = {'context': {'request_id': f'req-{self.n1}'}}
        old = self.failed(request=request)
        new = self.failed(request=request, chosen=frozenset({1}))

        self.assertEqual([new], [each.run for each in self.asked(self.n1)])
        self.assertEqual([old], [each.run for each in self.asked(self.n2)])
        found = instance_actions.find(self.db, self.n1, f'req-{self.n1}')
        self.assertEqual(new, found.run)

    def test_attempts_are_told_from_the_first_to_the_last(self) -> None:
        """What was tried again stands there twice."""
        _run, claim = self.begun()
        claim = self.move(claim, (A1, E.PENDING, E.RUNNING))
        fault = records.Fault(A1, 1, 'Failed', 'no', 12)
        again = base.batch((A1, E.RUNNING, E.PENDING))
        again.faults.append(fault)
        claim = flushes.flush(self.db, claim, again)
        second = records.Transition(A1, E.PENDING, E.RUNNING, 2, 13)
        flushes.flush(self.db, claim, records.Batch(transitions=[second]))

        [found] = self.asked(self.n1)

        self.assertEqual(
            [(2, 13, None, None), (1, 11, E.PENDING, 'Failed')],
            [
                (each.attempt, each.started_at, each.state, each.kind)
                for each in instance_actions.attempts(self.db, found)
            ],
        )

    def test_what_changed_within_a_time_is_chosen(self) -> None:
        """What has not ended, by what happened to it last."""
        ended = self.failed()
        active, _ = self.begun()
        newest, oldest = self.asked(self.n1)

        for moments, numbers in (
            ({'since': oldest.updated_at}, [active, ended]),
            ({'since': newest.updated_at}, [active]),
            ({'before': oldest.updated_at}, [ended]),
            ({'since': newest.updated_at + 1}, []),
        ):
            found = self.asked(self.n1, **moments)
            self.assertEqual(numbers, [each.run for each in found])

    def test_how_far_a_run_is_is_told_of_each_node(self) -> None:
        """With the newest checkpoint, and what failed."""
        run, claim = self.begun()
        claim = self.move(claim, (A1, E.PENDING, E.RUNNING))
        left = [
            records.Checkpoint(key, 1, body, at)
            for key, body, at in ((A1, 'x', 1), (B1, 'y', 3), (A2, 'z', 2))
        ]
        batch = records.Batch(checkpoints=left)
        flushes.flush(self.db, claim, batch)

        found = server_tasks.get(self.db, self.n1, run)
        [progress] = server_tasks.progress(self.db, [found])

        self.assertEqual({'running': 1, 'pending': 1}, progress.counts)
        assert progress.checkpoint is not None
        self.assertEqual(
            (2, 'b', 'y'),
            (
                *(progress.checkpoint.seq, progress.checkpoint.label),
                progress.checkpoint.body,
            ),
        )
        self.assertEqual(
            [('a', E.RUNNING), ('b', E.PENDING)],
            [
                (each.task, each.state)
                for each in server_tasks.items(self.db, found)
            ],
        )


def _told(
    failure: instance_records.Failure,
) -> tuple[int, str, str, str | None]:
    return failure.run, failure.task, failure.kind, failure.message


def _state(server: instance_records.Server) -> tuple[Any, bool, Any]:
    return server.failure, server.built, server.active
