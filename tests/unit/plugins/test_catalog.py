"""Installed plugins: those that can be used, and those that can't."""

import types
import unittest
from typing import Any

import fixtures
import stevedore

from trailmark.plugins import base, catalog


class Disks(base.Plugin):
    def get_provisioning_steps(self) -> Any:
        return {'creating': ['Format disks', 'Format disks', 'Mount']}


class Silent(base.Plugin):
    """One that says nothing of its steps."""


class Wrong(base.Plugin):
    said: Any = None

    def get_provisioning_steps(self) -> Any:
        return self.said


def _extension(name: str, plugin: Any) -> stevedore.extension.Extension:
    point = types.SimpleNamespace(name=name)
    return stevedore.extension.Extension(name, point, type(plugin), plugin)


class CatalogTest(unittest.TestCase):
    def declared(self, **plugins: Any) -> Any:
        """What is declared where these plugins are installed."""
        found = stevedore.ExtensionManager.make_test_instance(
            [_extension(name, each) for name, each in plugins.items()]
        )
        with fixtures.MonkeyPatch(
            'trailmark.plugins.catalog.stevedore.ExtensionManager',
            lambda *_said, **_more: found,
        ):
            return catalog.declared_steps.__wrapped__()

    def test_steps_are_told_by_the_name_of_the_entry_point(self) -> None:
        plugin = Disks()

        self.assertEqual(
            {'disks': {'creating': ('Format disks', 'Mount')}},
            self.declared(disks=plugin),
        )
        self.assertEqual('disks', plugin.name)

    def test_one_that_does_not_say_them_is_left_out(self) -> None:
        self.assertEqual({}, self.declared(silent=Silent()))

    def test_one_that_can_not_be_used_is_logged_and_left_out(self) -> None:
        for said in (
            {'growing': ['x']},
            {'creating': 'x'},
            {'creating': [3]},
            7,
        ):
            plugin = Wrong()
            plugin.said = said
            with self.assertLogs('trailmark.plugins', 'ERROR') as logged:
                self.assertEqual({}, self.declared(wrong=plugin))
            self.assertIn('Plugin wrong: ', logged.output[0])

    def test_what_is_no_plugin_is_left_out(self) -> None:
        with self.assertLogs('trailmark.plugins', 'ERROR'):
            self.assertEqual({}, self.declared(wrong=object()))
