"""The example of a package that brings a type of task, installed for real."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from trailmark.tests import sources
from trailmark.tests.functional import base, processes, serving

_EXAMPLE = sources.ROOT / 'examples' / 'plugin-package'
_TASK = 'say-who-keeps-it'


class PluginPackageTest(serving.ServingTestCase):
    """Nothing of Trailmark knows of it, and it works."""

    def setUp(self) -> None:
        super().setUp()
        if not _EXAMPLE.exists():
            self.skipTest('the examples are not installed')
        self.package = self.folder / 'package'
        shutil.copytree(_EXAMPLE, self.package)
        self.site = self.folder / 'site'
        self.python(
            *('-m', 'pip', 'install', '--quiet', '--no-deps'),
            *('--no-build-isolation', '--no-index'),
            *('--disable-pip-version-check', '--target', str(self.site)),
            str(self.package),
        )
        self.engine = self.trailmark()

    def trailmark(
        self,
        database: str | None = None,
        options: Mapping[str, object] | None = None,
    ) -> processes.Trailmark:
        """Commands that find the package."""
        made = super().trailmark(database, options)
        made.environment['PYTHONPATH'] = str(self.folder / 'site')
        return made

    def python(self, *arguments: str) -> str:
        """What Python says that finds the package."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, 'PYTHONPATH': str(self.site)},
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def deployment(self) -> Path:
        """A folder with the package's graph as that of a plugin."""
        folder = base.write(
            self.folder / 'web',
            {
                'nodes.yaml': base.nodes('n1', 'n2'),
                'release/default.yaml': [base.shell('prepare', 'true')],
            },
        )
        graphs = self.python('-m', 'trailmark_line_in_file').strip()
        shutil.copytree(graphs, folder / 'plugins' / 'lines')
        return folder

    def files(self) -> list[str]:
        """What its task wrote, on both nodes."""
        paths = [
            self.engine.state / 'nodes' / 'web' / node / 'etc' / 'motd'
            for node in ('n1', 'n2')
        ]
        return [path.read_text() for path in paths if path.exists()]

    def test_its_type_is_listed_with_where_it_comes_from(self) -> None:
        listed = self.engine.run('driver', 'list', '-f', 'value')
        shown = self.engine.run('driver', 'show', 'line_in_file')
        self.assertIn(
            'line_in_file trailmark-line-in-file 1.0.0 node 30 1 yes',
            listed.out,
        )
        self.assertIn('match: string: a regular expression', shown.out)

    def test_its_graph_runs_and_its_noop_twin_tells(self) -> None:
        folder = str(self.deployment())

        noop = self.engine.run('deploy', folder, '--noop')

        self.assertEqual((0, []), (noop.code, self.files()), noop)
        told = self.engine.run('task', 'show', '1', f'{_TASK}@n1')
        self.assertIn("add 'Kept by Trailmark' to etc/motd", told.out)

        done = self.engine.run('deploy', folder)

        self.assertEqual(0, done.code, done)
        self.assertEqual(['Kept by Trailmark\n'] * 2, self.files())
        again = self.engine.run('deploy', folder)
        self.assertEqual(0, again.code, again)
        shown = self.engine.run('task', 'show', '3', f'{_TASK}@n2')
        self.assertIn('changed: False', shown.out)

    def test_its_parameters_are_checked_like_any_others(self) -> None:
        folder = self.deployment()
        graph = folder / 'plugins' / 'lines' / 'default.yaml'
        graph.write_text(graph.read_text().replace('create: true', 'match: 5'))

        refused = self.engine.run('deploy', str(folder))

        self.assertEqual(2, refused.code, refused)
        self.assertIn(f'task {_TASK}: parameters.match', refused.err)

    def test_its_steps_are_told_and_how_far_they_are(self) -> None:
        _, url = self.serve()
        done = self.at(url).run('deploy', str(self.deployment()))
        self.assertEqual(0, done.code, done)
        before = self.steps(url)

        self.reported(
            url, "Lines().report_step('web', 'Tell the keepers', 1, 3)"
        )
        between = self.steps(url)
        self.reported(url, "Lines().tell('web', ['ada', 'rita'])")

        self.assertEqual({'prepare', _TASK, 'Tell the keepers'}, set(before))
        self.assertEqual((0, 1, None), before['Tell the keepers'])
        self.assertEqual((1, 3, None), between['Tell the keepers'])
        self.assertEqual((2, 2, True), self.steps(url)['Tell the keepers'])

    def test_a_step_that_is_refused_says_why(self) -> None:
        _, url = self.serve()
        refused = self.reported(
            url, "Lines().report_step('nowhere', 'x', 1, 1)", fails=True
        )

        self.assertIn('There is no cluster nowhere', refused)

    def steps(self, url: str) -> dict[str, tuple[int, int, bool | None]]:
        """Counts of the cluster's steps by their names."""
        found = httpx.get(f'{url}/v1.1/acme/clusters/1').json()['cluster']
        return {
            step['step_name']: (
                *(step['completed'], step['total'], step['successful']),
            )
            for step in found['provisioning_progress']
        }

    def reported(self, url: str, said: str, fails: bool = False) -> str:
        """What Python says where the package's plugin says something."""
        done = subprocess.run(
            [
                *(sys.executable, '-c'),
                f'from trailmark_line_in_file.plugin import Lines; {said}',
            ],
            env={
                **os.environ,
                'PYTHONPATH': str(self.site),
                'TRAILMARK_ENDPOINT': url,
            },
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        self.assertEqual(fails, done.returncode != 0, done.stderr)
        return done.stderr

    def test_its_own_tests_pass_as_its_readme_says(self) -> None:
        self.python(str(self.package / 'tests' / 'test_driver.py'))

    def test_without_it_its_tasks_are_refused(self) -> None:
        folder = self.deployment()
        del self.engine.environment['PYTHONPATH']

        refused = self.engine.run('deploy', str(folder))

        self.assertEqual(2, refused.code, refused)
        self.assertIn("there is no type 'line_in_file'", refused.err)
