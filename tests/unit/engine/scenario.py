"""One run on the real engine and a real database, with agents in memory."""

import threading
import time
import unittest
from collections.abc import Callable, Mapping
from typing import Any

from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.db import (
    claims,
    connection,
    faults,
    records,
    runs,
    tasks_history,
)
from trailmark.engine import driving, history, settings
from trailmark.flows import plan
from trailmark.tests import agents, databases, plans, stored

QUICK = settings.Settings(
    flush_interval=0.0, pulse=0.05, cancel_timeout=0.3, accept_timeout=0.2
)


class EngineTest(unittest.TestCase):
    """Tests of the engine on a database that they share."""

    def setUp(self) -> None:
        super().setUp()
        self.database = databases.shared('sqlite')

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Until the condition holds; fails after five seconds."""
        until = time.monotonic() + 5
        while not condition():
            self.assertLess(time.monotonic(), until, 'it never came')
            time.sleep(0.01)


class _Router:
    """Takes the reports of the agents to the drive of the run."""

    def __init__(self, drive: driving.Drive) -> None:
        self.report = drive.executor.inbox.report


class Scenario:
    """A stored run that can be driven, stopped, resumed and looked at."""

    def __init__(
        self,
        database: connection.Database,
        planned: plan.Plan,
        options: settings.Settings = QUICK,
    ) -> None:
        self.database, self.plan, self.options = database, planned, options
        self.claim = stored.store(database, planned, databases.fresh_name())
        self.run = self.claim.run
        self.drive: driving.Drive | None = None
        self.ended: RunState | None = None

    def go(
        self, doubles: agents.Agents, shared: bool = False, **snapshot: Any
    ) -> RunState:
        """Drive the run to its end with these agents.

        `shared`: as if other engines might hear of its attempts.
        """
        self.drive = self.prepare(doubles, shared, **snapshot)
        doubles.engine = _Router(self.drive)  # type: ignore[assignment]
        self.ended = self.drive.run()
        return self.ended

    def prepare(
        self, doubles: agents.Agents, shared: bool = False, **snapshot: Any
    ) -> driving.Drive:
        """What is to drive the run."""
        tools = driving.Tools(self.database, doubles, {}, self.options, shared)
        return driving.Drive(
            tools,
            self.claim,
            plans.snapshot(self.plan, **snapshot),
            self.plan,
        )

    def start(
        self, doubles: agents.Agents, shared: bool = False
    ) -> threading.Thread:
        """Drive it in a thread."""
        thread = threading.Thread(
            target=self.go, args=(doubles, shared), daemon=True
        )
        thread.start()
        return thread

    def resume(
        self,
        mode: claims.Mode = 'resume',
        skip: tuple[tuple[str, str | None], ...] = (),
    ) -> None:
        """Claim it again, as if its engine were gone."""
        self.claim = claims.claim(
            self.database,
            self.run,
            stored.HOLDER,
            30.0,
            mode=mode,
            skip=skip,
            actor='tests',
            is_gone=lambda *_: True,
        )

    def ask(self, asked: Asked) -> None:
        """Ask for a stop or a cancel."""
        runs.ask(self.database, self.run, asked, 'tests')

    def rows(self) -> Mapping[str, records.StoredExecution]:
        """What is durable now, by name of execution."""
        rows = tasks_history.restore(self.database, self.run)
        return {
            vertex.name: rows[vertex.graph, vertex.node, vertex.task.number]
            for vertex in self.plan.vertices
            if vertex.task is not None
        }

    def states(self) -> dict[str, ExecutionState]:
        """State by name of execution."""
        return {name: row.state for name, row in self.rows().items()}

    def faults(self) -> list[str]:
        """Kinds of the run's faults."""
        return [fault.kind for fault in faults.of_run(self.database, self.run)]

    def buffer(self) -> history.RunHistory:
        """A buffer of its own, as another engine would have."""
        return history.RunHistory(self.database, self.claim)
