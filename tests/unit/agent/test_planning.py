"""Tests of asking drivers for their plans."""

import pathlib
import unittest
from typing import Any

from trailmark.agent import planning
from trailmark.common import tasktypes
from trailmark.drivers import base, catalog
from trailmark.tests.unit.agent import engines


class Failing(base.Driver):
    """A driver that can't plan."""

    type = tasktypes.TaskType('failing', {'type': 'object'})

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """Fail."""
        raise ValueError(f'no {job.parameters["cmd"]}')

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Never."""
        raise NotImplementedError


class PlannerTest(unittest.TestCase):
    def steps(self, **more: Any) -> tuple[str, ...]:
        drivers = {**catalog.drivers(), 'failing': Failing()}
        planner = planning.Planner(drivers, pathlib.Path('/state'))
        return planner.steps(*engines.attempt('1.0.1.1.1', **more))

    def test_a_plan_is_told_without_a_look_at_the_node(self) -> None:
        parameters = {'path': '/', 'data': 'x'}
        found = self.steps(type='upload_file', parameters=parameters)
        self.assertEqual(('write /: 1 byte, mode 0644',), found)

    def test_tests_are_part_of_it(self) -> None:
        more = {'cmd': 'a', 'test_pre': 'b', 'test_post': 'c'}
        parameters = {'cmd': more.pop('cmd')}
        self.assertEqual(
            ('test before: run b', 'run a', 'test after: run c'),
            self.steps(parameters=parameters, **more),
        )
        noop = self.steps(parameters=parameters, noop=True, **more)
        self.assertEqual(('run a',), noop)

    def test_what_is_not_allowed_here_says_so(self) -> None:
        first, then = self.steps(type='reboot', parameters={})
        self.assertIn('it would be refused: ', first)
        self.assertEqual('run systemctl reboot', then)
        noop = self.steps(type='reboot', parameters={}, noop=True)
        self.assertEqual((then,), noop)

    def test_secrets_are_masked(self) -> None:
        found = self.steps(
            parameters={'cmd': 'login hunter2'}, secrets=('hunter2',)
        )
        self.assertEqual(('run login ***',), found)

    def test_a_driver_that_fails_says_so_without_secrets(self) -> None:
        with self.assertLogs('trailmark') as logged:
            found = self.steps(
                type='failing',
                parameters={'cmd': 'hunter2'},
                secrets=('hunter2',),
            )
        said = 'its driver fails to plan: ValueError: no ***'
        self.assertEqual((said,), found)
        self.assertNotIn('hunter2', str(logged.output))
