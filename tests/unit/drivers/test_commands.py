"""Tests of drivers whose command is configured."""

import json
from typing import Any

from trailmark.common.states import ExecutionState
from trailmark.drivers import commands, master_shell, settings
from trailmark.tests.unit.drivers import watches

_TOLD = 'cat "$TRAILMARK_CONTEXT"'
_DRIVERS = (
    (commands.EraseNode, 'erase_command'),
    (commands.MoveToBootstrap, 'move_to_bootstrap_command'),
    (commands.CobblerSync, 'cobbler_sync_command'),
)


class ConfiguredTest(watches.DriverCase):
    """What is run is what the option says."""

    def driver(self, kind: Any, option: str, cmd: str) -> Any:
        made = kind()
        made.options = settings.Settings(
            allowed_drivers=('*', kind.type.name), **{option: cmd}
        )
        return made

    def test_the_command_finds_the_parameters_in_its_context(self) -> None:
        given = {'provisioning_info': {'engine': {'url': 'http://c'}}}
        for kind, option in _DRIVERS:
            with self.subTest(kind.type.name):
                driver = self.driver(kind, option, _TOLD)
                job = self.job(parameters=given)
                result = driver.run(job, self.watch)
                said = json.loads((result.summary or {})['stdout'])
                self.assertEqual(
                    given['provisioning_info'],
                    said['parameters']['provisioning_info'],
                )
                self.assertEqual(said['node'], 'n1')

    def test_a_command_that_fails_is_an_error(self) -> None:
        for kind, option in _DRIVERS:
            driver = self.driver(kind, option, 'echo no disk >&2; exit 3')
            result = driver.run(self.job(), self.watch)
            self.assertEqual(result.state, ExecutionState.ERROR)
            self.assertEqual(result.message, 'exit code 3: no disk')

    def test_without_a_command_the_type_is_refused(self) -> None:
        for kind, option in _DRIVERS:
            refusal = self.driver(kind, option, ' ').refusal()
            self.assertEqual(f'[agent] {option} is empty', refusal)
            self.assertIsNone(self.driver(kind, option, 'x').refusal())

    def test_noop_says_the_command_and_runs_nothing(self) -> None:
        for kind, option in _DRIVERS:
            driver = self.driver(kind, option, 'wipe http://u:pw@host')
            result = driver.noop(self.job(), self.watch)
            self.assertEqual(
                (result.summary or {})['plan'], ['run wipe http://u:***@host']
            )
        self.assertEqual(self.begun(), [])


class MasterShellTest(watches.DriverCase):
    """A shell command with the context of another node."""

    def test_it_is_told_of_the_node_that_it_is_for(self) -> None:
        master = self.state / 'nodes' / 'prod' / 'master'
        job = self.job('echo $TRAILMARK_NODE; pwd', folder=master)
        result = master_shell.MasterShell().run(job, self.watch)
        said = (result.summary or {})['stdout'].split()
        self.assertEqual(said, ['n1', str(master)])
