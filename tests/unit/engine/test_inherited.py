"""Attempts that ran under another engine, before this one asks for them."""

import dataclasses

from trailmark.common.states import ExecutionState
from trailmark.messaging import contracts
from trailmark.tests import agents, plans
from trailmark.tests.unit.engine import scenario


class _DiedError(Exception):
    """The engine's process is gone."""


def _die(attempt):
    raise _DiedError


class InheritedTest(scenario.EngineTest):
    """Guard: inherited-first."""

    def setUp(self):
        super().setUp()
        self.run_ = scenario.Scenario(
            self.database, plans.make([plans.Step('a', ('m', 'n'))])
        )
        with self.assertRaises(_DiedError):
            self.run_.go(agents.Agents(watch=_die))
        self.run_.resume('adopt')
        self.running = [
            f'{self.run_.run}.{each.graph}.{each.node}.{each.task.number}.1'
            for each in self.run_.plan.vertices
        ]

    def test_what_waits_for_a_slot_is_neither_ended_nor_forgotten(self):
        """It is asked for once the engine has room for it."""
        self.run_.options = dataclasses.replace(
            self.run_.options, max_running=1
        )
        answers = []

        def report(attempt):
            [other] = [each for each in self.running if each != attempt.id]
            ended = contracts.Outcome(other, ExecutionState.READY)
            said = contracts.Report('agent', 'journal', (other,), (ended,))
            answers.append(doubles.engine.report(said))

        doubles = agents.Agents(watch=report)
        self.run_.go(doubles)

        self.assertEqual(contracts.ReportAnswer(), answers[0])

    def test_nothing_is_answered_before_the_history_was_read(self):
        drive = self.run_.prepare(agents.Agents())

        answer = drive.report(
            contracts.Report('agent', 'journal', tuple(self.running))
        )

        self.assertEqual(contracts.ReportAnswer(), answer)
