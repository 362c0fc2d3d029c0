"""What becomes of processes that leave the group of their command."""

import os
import shutil
import signal
from pathlib import Path

from trailmark.db import tasks_history
from trailmark.tests.functional import base

_TIMEOUT = (
    'echo $TRAILMARK_ATTEMPT >> tries; pgrep -f "sleep 6[3]$" >> alive;'
    'setsid sleep 63 & setsid bash -c "sleep 64; echo ghost >> ghosts" & wait'
)
_FAILURE = 'setsid sleep 65 & exit 3'
_CLEARED = 'env -i setsid /bin/sleep 67 & exit 3'
_DAEMON = 'setsid sleep 66 > /dev/null 2>&1 & echo started'
_HANGING = """
exec { '/bin/bash -c "echo $$ >> hang.pids; exec sleep 299"':
  timeout => 0, cwd => '%s' }
"""


class SessionsTest(base.ProcessTestCase):
    """Processes in sessions of their own. Guard: every-process."""

    def deploy(self, *tasks: object) -> int:
        files = {
            'nodes.yaml': base.nodes('n1'),
            'release/default.yaml': list(tasks),
        }
        folder = base.write(self.folder / 'web', files)
        return self.trailmark().run('deploy', str(folder)).code

    def running(self, what: str) -> list[int]:
        """Processes of this test with these words."""
        return [
            int(path.parent.name)
            for path in Path('/proc').glob('[0-9]*/cmdline')
            if self._is_ours(path.parent, what)
        ]

    def _is_ours(self, process: Path, what: str) -> bool:
        try:
            words = (process / 'cmdline').read_bytes().replace(b'\0', b' ')
            cwd = (process / 'cwd').readlink()
        except OSError:
            return False
        return what.encode() in words and self.folder in cwd.parents

    def lines(self, name: str) -> list[str]:
        file = self.folder / 'state/nodes/web/n1' / name
        return file.read_text().split() if file.exists() else []

    def test_none_outlives_a_timeout_or_a_failure(self) -> None:
        timeout = base.shell('timeout', _TIMEOUT, fail_on_error=False)
        timeout['parameters'] |= {'timeout': 2, 'retries': 1, 'interval': 0}
        failure = base.shell(
            'failure', _FAILURE, requires=['timeout'], fail_on_error=False
        )
        cleared = base.shell('cleared', _CLEARED, fail_on_error=False)
        code = self.deploy(timeout, failure, cleared)

        self.assertEqual(0, code)
        self.assertEqual(['1', '2'], self.lines('tries'))
        for what in ('sleep 63', 'sleep 64', 'sleep 65', 'sleep 67'):
            self.assertEqual([], self.running(what), what)
        self.assertEqual([], self.lines('ghosts'))

    def test_the_daemon_of_a_success_lives_on(self) -> None:
        code = self.deploy(base.shell('daemon', _DAEMON))

        self.assertEqual(0, code)
        [pid] = self.running('sleep 66')
        os.kill(pid, signal.SIGKILL)

    def test_a_timeout_ends_what_puppet_executes(self) -> None:
        if shutil.which('puppet') is None:
            self.skipTest('puppet is not installed')
        work = self.folder / 'work'
        manifest = base.write(work, {'hang.pp': _HANGING % work}) / 'hang.pp'
        task = {**base.shell('hang', ''), 'type': 'puppet'}
        task['parameters'] = {
            'puppet_manifest': str(manifest),
            'timeout': 15,
            'retries': 0,
        }
        code = self.deploy(task)

        self.assertEqual(1, code)
        self.assertEqual(1, len((work / 'hang.pids').read_text().split()))
        self.assertEqual([], self.running('sleep 299'))

    def test_what_ended_well_at_its_timeout_is_ready(self) -> None:
        """Whatever comes first: nobody is told of a timeout that was none."""
        tasks = [
            base.shell(f't{number}', 'sleep 1; echo x >> done; exec true')
            for number in range(3)
        ]
        for task in tasks:
            task['parameters']['timeout'] = 1
            task['fail_on_error'] = False
        self.deploy(*tasks)

        rows = tasks_history.page(self.database(), run=1)
        ready = [row for row in rows if str(row.state) == 'ready']
        self.assertLessEqual(len(ready), len(self.lines('done')))


class EnvironmentTest(base.ProcessTestCase):
    """What tasks see of the environment of their agent."""

    def seen(self, **options: object) -> list[str]:
        engine = self.trailmark(options=options)
        engine.environment |= {'A_SECRET': 'x', 'FACTER_a': 'b', 'LC_ALL': 'C'}
        files = {
            'nodes.yaml': base.nodes('n1'),
            'release/default.yaml': [base.shell('look', 'env > seen')],
        }
        folder = base.write(self.folder / 'web', files)
        self.assertEqual(0, engine.run('deploy', str(folder)).code)
        return (self.folder / 'state/nodes/web/n1/seen').read_text().split()

    def test_they_get_a_short_list(self) -> None:
        names = {each.partition('=')[0] for each in self.seen()}
        self.assertIn('PATH', names)
        self.assertIn('LC_ALL', names)
        self.assertEqual(set(), names & {'A_SECRET', 'FACTER_a'})
        self.assertNotIn('TRAILMARK_STATE', names)

    def test_they_get_what_is_configured(self) -> None:
        seen = self.seen(agent__environment='FACTER_*')
        self.assertIn('FACTER_a=b', seen)
        self.assertNotIn('A_SECRET=x', seen)
