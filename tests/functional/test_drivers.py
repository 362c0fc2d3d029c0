"""Types of task, carried out by whole processes."""

import json
import unittest
from pathlib import Path
from typing import Any

from trailmark.db import faults
from trailmark.tests import sources
from trailmark.tests.functional import base, processes

#: Has a process read the boot id from a file, as if it were the machine's.
_OTHER_BOOT = """
import os, pathlib
from trailmark.common import process_identity

_FILE = pathlib.Path(os.environ['TEST_BOOT_ID'])
process_identity.read_boot_id = lambda: _FILE.read_text().strip()
"""


class RebootTest(base.ProcessTestCase):
    """The machine restarts: agent and supervisor die with it."""

    def setUp(self) -> None:
        super().setUp()
        self.boot_id = self.folder / 'boot_id'
        self.boot_id.write_text('first')
        self.asked = self.folder / 'asked'
        base.write(self.folder / 'site', {'sitecustomize.py': _OTHER_BOOT})
        self.engine = self.trailmark(
            options={
                'agent__allowed_drivers': '*,reboot',
                'agent__reboot_command': f'echo x >> {self.asked}; '
                f'echo second > {self.boot_id}; '
                f'kill -9 $$(cat {self.folder}/pid) $$PPID',
            }
        )
        self.engine.environment |= {
            'PYTHONPATH': str(self.folder / 'site'),
            'TEST_BOOT_ID': str(self.boot_id),
        }

    def deploy(self) -> processes.Result:
        task = {'id': 'restart', 'type': 'reboot', 'roles': ['w']}
        folder = base.write(
            self.folder / 'web',
            {
                'nodes.yaml': base.nodes('n1'),
                'release/default.yaml': [{**task, 'version': '2.0.0'}],
            },
        )
        process = self.start(self.engine, 'deploy', str(folder))
        (self.folder / 'pid').write_text(str(process.pid))
        code, said = self.end(process)
        return processes.Result(code, '', said)

    def test_it_is_restarted_once_and_then_ready(self) -> None:
        killed = self.deploy()
        self.assertEqual(-9, killed.code, killed)

        resumed = self.engine.run('run', 'resume', '1')

        self.assertEqual(0, resumed.code, resumed)
        self.assertEqual('x\n', self.asked.read_text())
        db = self.database()
        self.assertEqual({'restart@n1': 'ready'}, self.states(db, 1))
        kinds = [each.kind for each in faults.of_run(db, 1)]
        self.assertEqual([], kinds)

    def test_it_is_refused_where_it_is_not_allowed(self) -> None:
        self.engine.environment['OS_AGENT__ALLOWED_DRIVERS'] = '*'

        refused = self.deploy()

        self.assertEqual(2, refused.code, refused)
        self.assertIn("allowed_drivers doesn't name reboot", refused.err)
        self.assertFalse(self.asked.exists())

    def test_its_noop_twin_is_always_allowed(self) -> None:
        self.engine.environment['OS_AGENT__ALLOWED_DRIVERS'] = '*'
        self.deploy()

        told = self.engine.run('deploy', str(self.folder / 'web'), '--noop')

        self.assertEqual(0, told.code, told)
        self.assertFalse(self.asked.exists())


@unittest.skipUnless(
    sources.FUEL.is_dir(), f'no graphs of Fuel in {sources.FUEL}'
)
class FuelTest(base.ProcessTestCase):
    """Fuel's default graph where nothing of what it needs is installed."""

    def test_its_noop_run_is_ready_on_ten_nodes(self) -> None:
        """Fuel: behaviour 98."""
        nodes = base.nodes(*'abc', role='controller')
        nodes += base.nodes(*'defghij', role='compute')
        graph = (sources.FUEL / 'graphs' / 'default.yaml').read_text()
        roles = (sources.FUEL / 'roles.yaml').read_text()
        files = {'nodes.yaml': nodes, 'roles.yaml': roles}
        files['release/default.yaml'] = graph
        folder = base.write(self.folder / 'fuel', files)
        engine = self.trailmark()
        engine.environment['PATH'] = '/nowhere'
        options = ('--noop', '--ignore-conditions')

        done = engine.run('deploy', str(folder), *options, timeout=60)

        self.assertEqual(0, done.code, done.err)
        states = set(self.states(self.database(), 1).values())
        self.assertLessEqual(states, {'ready', 'skipped'})


class MasterShellTest(base.ProcessTestCase):
    """Done on master; history, context and slot are those of the node."""

    def test_it_is_the_nodes_task_wherever_it_runs(self) -> None:
        script = (
            'mkdir lock-$TRAILMARK_NODE && sleep 0.3 && '
            'rmdir lock-$TRAILMARK_NODE && '
            'cp $TRAILMARK_CONTEXT $TRAILMARK_TASK-$TRAILMARK_NODE'
        )
        graph = [
            {**base.shell(name, script), 'type': 'master_shell'}
            for name in ('build', 'sign')
        ]
        nodes = [{'name': 'n1', 'roles': ['w'], 'attributes': {'disk': 'sda'}}]
        files = {
            'nodes.yaml': [*nodes, *base.nodes('n2')],
            'release/default.yaml': graph,
        }
        folder = base.write(self.folder / 'web', files)

        done = self.trailmark().run('deploy', str(folder))

        self.assertEqual(0, done.code, done)
        names = {f'{task}@{node}' for task, node in _PAIRS}
        self.assertEqual(names, set(self.states(self.database(), 1)))
        for task, node in _PAIRS:
            self.assertEqual(node, self.context(task, node)['node'])
        self.assertEqual(
            {'disk': 'sda'}, self.context('build', 'n1')['attributes']
        )

    def context(self, task: str, node: str) -> Any:
        """What a task on master was told of its node."""
        master = Path('state/nodes/web/master')
        return json.loads(
            (self.folder / master / f'{task}-{node}').read_text()
        )


_PAIRS = [(task, node) for task in ('build', 'sign') for node in ('n1', 'n2')]
