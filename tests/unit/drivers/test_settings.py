"""Tests of what the configuration allows drivers to do."""

import unittest

from oslo_config import cfg

from trailmark.common import tasktypes
from trailmark.conf import opts
from trailmark.drivers import base, commands, settings, shell, tests
from trailmark.tests.unit.drivers import watches

_SHELL = tasktypes.TaskType('shell', {})
_REBOOT = tasktypes.TaskType('reboot', {}, guarded=True)


def _allows(*allowed: str) -> tuple[bool, bool]:
    """Whether shell is allowed, and whether reboot is."""
    options = settings.Settings(allowed_drivers=allowed)
    return (
        options.refusal(_SHELL) is None,
        options.refusal(_REBOOT) is None,
    )


class AllowedTest(unittest.TestCase):
    def test_a_star_is_every_type_but_the_guarded(self) -> None:
        self.assertEqual((True, False), _allows('*'))

    def test_a_name_beside_the_star_adds_to_it(self) -> None:
        self.assertEqual((True, True), _allows('*', 'reboot'))

    def test_names_without_a_star_are_all_there_is(self) -> None:
        self.assertEqual((False, True), _allows('reboot', 'upload_file'))
        self.assertEqual((True, False), _allows('shell'))
        self.assertEqual((False, False), _allows())

    def test_a_refusal_names_the_option_and_the_type(self) -> None:
        for kind in (_SHELL, _REBOOT):
            said = settings.Settings(allowed_drivers=()).refusal(kind) or ''
            self.assertIn(
                f"[agent] allowed_drivers doesn't name {kind.name}", said
            )


class ReadTest(unittest.TestCase):
    def test_the_configuration_is_read_whole(self) -> None:
        conf = cfg.ConfigOpts()
        opts.register_opts(conf)
        conf([], project='trailmark', default_config_files=[])
        self.assertEqual(settings.DEFAULT, settings.read(conf))
        conf.set_override('allowed_drivers', ['*', 'reboot'], group='agent')
        conf.set_override('erase_command', 'wipe', group='agent')
        found = settings.read(conf)
        self.assertEqual(('*', 'reboot'), found.allowed_drivers)
        self.assertEqual('wipe', found.erase_command)


class RefusedTest(watches.DriverCase):
    """What an agent makes of a job that it was sent nevertheless."""

    def refused(self, driver: base.Driver, **more: str) -> str:
        result = tests.run_tested(driver, self.job(**more), self.watch)
        self.assertEqual('Refused', result.fault)
        self.assertEqual([], self.begun())
        return result.message or ''

    def test_it_runs_nothing_of_a_refused_type(self) -> None:
        driver = shell.Shell()
        driver.type = tasktypes.TaskType('shell', {}, refusal='not here')
        said = self.refused(driver, test_pre='true')
        self.assertEqual('tasks of type shell are refused: not here', said)

    def test_it_runs_no_tests_where_shell_commands_are_refused(self) -> None:
        driver = commands.EraseNode()
        driver.options = settings.Settings(allowed_drivers=('erase_node',))
        said = self.refused(driver, test_post='true')
        self.assertIn("allowed_drivers doesn't name shell", said)
