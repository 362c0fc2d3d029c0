"""Fuel's default graph with its three real plugins, kept and compared."""

import json
import unittest
from typing import Any

import yaml

from trailmark.tests import sources
from trailmark.tests.functional import base

_PLUGINS = ('contrail', 'lma-collector', 'detach-rabbitmq')


@unittest.skipUnless(
    sources.FUEL.is_dir(), f'no graphs of Fuel in {sources.FUEL}'
)
class FuelPluginsTest(base.ProcessTestCase):
    """A release, plugins, a cluster; plugins come and go."""

    def setUp(self) -> None:
        super().setUp()
        self.engine = self.trailmark()
        self.say('release', 'create', 'fuel')
        roles = str(sources.FUEL / 'roles.yaml')
        self.say('release', 'update', 'fuel', '--roles', roles)
        default = sources.FUEL / 'graphs' / 'default.yaml'
        self.say('graph', 'upload', '--release', 'fuel', '-f', str(default))
        self.say('cluster', 'create', 'prod', '--release', 'fuel')
        for name in _PLUGINS:
            self.say('plugin', 'create', name)
            tasks = sources.FUEL / 'plugins' / name / 'deployment_tasks.yaml'
            self.say('graph', 'upload', '--plugin', name, '-f', str(tasks))

    def say(self, *words: str) -> str:
        """What a command that succeeds prints."""
        done = self.engine.run(*words)
        self.assertEqual(0, done.code, done)
        return done.out

    def json(self, *words: str) -> Any:
        """The same, read."""
        return json.loads(self.say(*words, '-f', 'json'))

    def merged(self, level: str = 'all') -> dict[str, Any]:
        """Tasks of the cluster's graph with their provenance, by id."""
        found = self.json(
            *('graph', 'show', '--cluster', 'prod', '--level', level),
            '--provenance',
        )
        return {task['id']: task['provenance'] for task in found}

    def test_the_merge_is_right_as_plugins_come_and_go(self) -> None:
        release = set(self.merged())
        for name in _PLUGINS[:2]:
            self.say('plugin', 'enable', name, '--cluster', 'prod')

        both = self.merged()

        names = {name: _ids(name) for name in _PLUGINS}
        expected = release | names['contrail'] | names['lma-collector']
        self.assertEqual(expected, set(both))
        for name in _PLUGINS[:2]:
            owners = {both[task]['owner'] for task in names[name]}
            self.assertEqual({name}, owners)
        self.assertEqual(
            names['contrail'] | names['lma-collector'],
            set(self.merged('plugins')),
        )
        self.say('plugin', 'disable', 'contrail', '--cluster', 'prod')
        self.assertEqual(release | names['lma-collector'], set(self.merged()))
        self.say('plugin', 'enable', 'detach-rabbitmq', '--cluster', 'prod')
        last = names['lma-collector'] | names['detach-rabbitmq']
        self.assertEqual(last, set(self.merged('plugins')))

    def test_what_plugins_replace_is_told_and_compared(self) -> None:
        self.say('plugin', 'enable', 'detach-rabbitmq', '--cluster', 'prod')
        release = set(self.merged('release'))

        merged = self.merged()
        levels = ('--levels', 'release', 'all')
        found = self.json('graph', 'diff', '--cluster', 'prod', *levels)

        mine = _ids('detach-rabbitmq')
        replaced = {
            task for task in mine & release if merged[task]['replaced']
        }
        self.assertEqual(mine & release, replaced)
        self.assertGreater(len(replaced), 0)
        changed = {row['task'] for row in found if row['change'] != 'added'}
        added = {row['task'] for row in found if row['field'] is None}
        self.assertLessEqual(changed, replaced)
        self.assertEqual(mine - release, added)
        owners = {row['from']['owner'] for row in found}
        self.assertEqual({'detach-rabbitmq'}, owners)
        said = self.say(
            *('graph', 'diff', '--cluster', 'prod', *levels, '--unified')
        )
        self.assertIn('--- release fuel\n+++ cluster prod, all levels\n', said)


def _ids(plugin: str) -> set[str]:
    file = sources.FUEL / 'plugins' / plugin / 'deployment_tasks.yaml'
    return {task['id'] for task in yaml.safe_load(file.read_text())}
