"""An engine that records what agents say, and a test case with an agent."""

import collections
import pathlib
import shutil
import tempfile
import threading
import time
import unittest
from collections.abc import Callable, Mapping
from typing import Any

from trailmark.agent import agent, journal
from trailmark.common import clock, exceptions
from trailmark.drivers import base, catalog
from trailmark.messaging import contracts, large


class Engine:
    """Takes every report; `commits` says whether it commits outcomes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reports: list[contracts.Report] = []
        self.outcomes: dict[str, contracts.Outcome] = {}
        self.told: collections.Counter[str] = collections.Counter()
        self.failures: list[Exception] = []
        self.asked: list[tuple[str, int]] = []
        self.commits = True
        self.wanted = True
        #: What does not travel with attempts, by their ids.
        self.bodies: dict[str, bytes] = {}
        self.end: tuple[str, ...] = ()
        self.error: Exception | None = None

    def report(self, report: contracts.Report) -> contracts.ReportAnswer:
        with self.lock:
            if self.error is not None:
                raise self.error
            self.reports.append(report)
            for outcome in report.outcomes:
                self.outcomes[outcome.attempt_id] = outcome
                self.told[outcome.attempt_id] += 1
            ids = tuple(each.attempt_id for each in report.outcomes)
            end, self.end = self.end, ()
        return contracts.ReportAnswer(ids if self.commits else (), end)

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        self.asked.append((attempt_id, epoch))
        return self.wanted

    def parameters(self, attempt_id: str, offset: int) -> contracts.Piece:
        if attempt_id not in self.bodies:
            raise exceptions.NotFound(kind='open attempt', name=attempt_id)
        return large.piece(self.bodies[attempt_id], offset)

    def agent_failed(self, error: Exception) -> None:
        self.failures.append(error)


class AgentCase(unittest.TestCase):
    """Has a state directory, an engine, and agents on one journal."""

    def setUp(self) -> None:
        self.state = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.state, ignore_errors=True)
        self.engine = Engine()

    def agent(
        self,
        engine: Engine | None = None,
        drivers: Mapping[str, base.Driver] | None = None,
        workers: int = 8,
        report_interval: float = 2.0,
        presence: contracts.Presence | None = None,
    ) -> agent.Agent:
        made = agent.Agent(
            'a1',
            journal.Journal(self.state / 'journal.sqlite'),
            self.state,
            engine or self.engine,
            drivers or catalog.drivers(),
            workers,
            report_interval,
            presence=presence,
        )
        self.addCleanup(made.close)
        return made

    @property
    def folder(self) -> pathlib.Path:
        """The folder of the node of all attempts."""
        return self.state / 'nodes' / 'prod' / 'n1'

    def until(self, done: Callable[[], Any], seconds: float = 10) -> Any:
        """Wait until something is so."""
        last = time.monotonic() + seconds
        while not (found := done()):
            self.assertLess(time.monotonic(), last, 'waited in vain')
            time.sleep(0.01)
        return found

    def outcome(
        self, attempt_id: str, engine: Engine | None = None
    ) -> contracts.Outcome:
        """The attempt's outcome, as soon as it was reported."""
        outcomes = (engine or self.engine).outcomes
        self.until(lambda: attempt_id in outcomes)
        return outcomes[attempt_id]


INSTANCE = contracts.Instance('prod', 'n1', 'n1', ('compute',), {'k': 'v'})


def attempt(
    attempt_id: str, cmd: str = 'true', **more: Any
) -> tuple[contracts.TaskAttempt, contracts.Instance]:
    """A dispatch of a shell task."""
    given: dict[str, Any] = {
        'id': attempt_id,
        'run': 1,
        'epoch': 1,
        'sent_at': clock.steady_micros(),
        'clock': clock.STEADY,
        'name': 't@n1',
        'task': 't',
        'type': 'shell',
        'attempt': 1,
        'parameters': {'cmd': cmd},
        'timeout': 30.0,
    }
    return contracts.TaskAttempt(**{**given, **more}), INSTANCE
