"""From an execution to what is sent to an agent."""

import collections
from collections.abc import Mapping, Sequence

from trailmark.common import clock, tasktypes
from trailmark.engine import futures
from trailmark.flows import compile as compiled
from trailmark.flows import graphs, plan
from trailmark.messaging import contracts


class Sender:
    """Sends attempts of one run to the agents of their nodes."""

    def __init__(
        self,
        dispatch: contracts.Dispatch,
        run: int,
        epoch: int,
        snapshot: graphs.Snapshot,
        planned: plan.Plan,
        checkpoints: dict[tuple[int, int, int], str],
        context: Mapping[str, str],
    ) -> None:
        self._dispatch, self._run, self._epoch = dispatch, run, epoch
        self._snapshot, self._nodes = snapshot, planned.nodes
        self._checkpoints, self._context = checkpoints, context
        self._instances: dict[tuple[int, str], contracts.Instance] = {}

    def attempt_id(self, execution: compiled.Execution) -> str:
        """Id of the execution's current attempt; it starts at most once."""
        assert execution.key is not None
        graph, node, task = execution.key
        return f'{self._run}.{graph}.{node}.{task}.{execution.attempt}'

    def journal_of(self, execution: compiled.Execution) -> str | None:
        """The journal that will accept a new attempt, if known."""
        return self._dispatch.journal_of(self.serving(execution))

    def is_served(self, execution: compiled.Execution) -> bool:
        """Whether an agent is there that would carry it out."""
        return self._dispatch.is_served(self.serving(execution))

    def may_start(self, execution: compiled.Execution) -> bool:
        """Whether an agent is there that may start its next attempt.

        Where the end of the last one was never confirmed, only agents that
        share its journal can end it first.
        """
        if execution.journal is None:
            return self.is_served(execution)
        return self.journal_of(execution) == execution.journal

    def can_hear(self) -> bool:
        """Whether agents could be heard now, if they spoke."""
        return self._dispatch.can_hear()

    def heard_at(self, execution: compiled.Execution) -> float | None:
        """When an agent of its node spoke last, by the steady clock."""
        return self._dispatch.heard_at(self.serving(execution))

    def missed(self, execution: compiled.Execution) -> str:
        """A sentence about why no agent may start it."""
        node = self.serving(execution)
        if self._dispatch.is_served(node):
            return (
                f'nobody knows whether its attempt {execution.attempt} has '
                f'ended: the agent of {node} that had it is not there'
            )
        silent = self._dispatch.silent_for(node)
        if silent is None:
            return f'no agent serves {node}: none was ever heard of'
        at = clock.iso(clock.after(-silent))
        return f'no agent serves {node}: the last was heard of at {at}'

    def send(self, dispatched: Sequence[futures.Future]) -> None:
        """Cast attempts that are written down as running."""
        if dispatched:
            self._dispatch.execute_task_on_instance(
                [
                    (self.attempt(future), self._instance(future.atom))
                    for future in dispatched
                ],
                self._context,
            )

    def keep_checkpoint(
        self, execution: compiled.Execution, body: str
    ) -> None:
        """Give this to the execution's next attempt."""
        assert execution.key is not None
        self._checkpoints[execution.key] = body

    def cancel(self, dispatched: Sequence[futures.Future]) -> None:
        """Have attempts ended, wherever they are carried out."""
        by_node: dict[str, list[str]] = collections.defaultdict(list)
        for future in dispatched:
            by_node[self.serving(future.atom)].append(future.attempt_id)
        for node, attempt_ids in by_node.items():
            self._dispatch.cancel_task(node, attempt_ids)

    def forget(self) -> None:
        """Tell agents that the run ended."""
        names = [node.name for node in self._nodes if node is not None]
        served = dict.fromkeys((*names, graphs.MASTER))
        self._dispatch.forget_run(list(served), self._run)

    def serving(self, execution: compiled.Execution) -> str:
        """Name of the node whose agents carry it out."""
        assert execution.task is not None
        if execution.task.place == tasktypes.Place.MASTER:
            return graphs.MASTER
        return self._node(execution).name

    def _node(self, execution: compiled.Execution) -> graphs.Node:
        node = self._nodes[execution.node]
        assert node is not None
        return node

    def _instance(self, execution: compiled.Execution) -> contracts.Instance:
        assert execution.task is not None
        key = execution.node, execution.task.place
        if key not in self._instances:
            node = self._node(execution)
            self._instances[key] = contracts.Instance(
                cluster=self._snapshot.cluster,
                name=self.serving(execution),
                node=node.name,
                roles=node.roles,
                attributes=node.attributes,
            )
        return self._instances[key]

    def attempt(self, future: futures.Future) -> contracts.TaskAttempt:
        """The attempt of an execution that was dispatched, as it is sent."""
        execution = future.atom
        task, key = execution.task, execution.key
        assert task is not None and key is not None
        return contracts.TaskAttempt(
            id=future.attempt_id,
            run=self._run,
            epoch=self._epoch,
            sent_at=int(future.sent_at * 1_000_000),
            clock=clock.STEADY,
            name=execution.name,
            task=task.id,
            type=task.type,
            attempt=execution.attempt,
            parameters=task.parameters,
            timeout=task.timeout,
            noop=self._snapshot.options.noop,
            test_pre=task.test_pre,
            test_post=task.test_post,
            secrets=task.secrets,
            checkpoint=self._checkpoints.get(key),
            journal=execution.journal,
            source=task.folder,
        )
