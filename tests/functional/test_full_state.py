"""A state directory that is full, at the start and in the middle of a run."""

import resource
import subprocess

from trailmark.tests.functional import base, disks, processes, sidelog

_KIB = 1024
#: Neither the lease nor what runs is waited for long.
_HASTY = {'engine__lease_seconds': 2, 'agent__drain_seconds': 1}
_UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


class _FullTestCase(base.ProcessTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(self.folder / 'log', 4, 6, 0.2)
        self.state = self.folder / 'state'
        self.engine = self.trailmark(options=_HASTY)

    def _deploy(self) -> subprocess.Popen[str]:
        return self.start(self.engine, 'deploy', str(self.log.deployment))

    def _begin(self) -> subprocess.Popen[str]:
        """A run that is in its middle."""
        process = self._deploy()
        self.until(lambda: len(self.log.finished()) >= 6, 'six executions')
        return process

    def _check_stuck(self, process: subprocess.Popen[str]) -> str:
        code, said = self.end(process)
        self.assertEqual(4, code, said)
        self.assertNotIn('Traceback', said)
        return said

    def _check_resumes(self) -> None:
        """With space again the run goes on, and nothing is lost."""
        db = self.database()
        before = self.ready(db, 1)
        self.assertLess(len(before), self.log.executions, 'nothing was left')
        db.dispose()
        since = len(self.log.started())
        resumed = self.engine.run('run', 'resume', '1', timeout=60)
        self.assertEqual(0, resumed.code, resumed)
        self.check_nothing_lost(db, self.log, before, since)

    def _check_starts(self) -> None:
        """With space again the same deployment runs."""
        again = self.engine.run('deploy', str(self.log.deployment))
        self.assertEqual(0, again.code, again)
        self.check_nothing_lost(self.database(), self.log, set(), 0)


class FullDiskTest(_FullTestCase):
    """On a full disk a command says so; a run is resumed later."""

    def setUp(self) -> None:
        super().setUp()
        disks.mount(self, self.state, '3m')

    def test_a_full_disk_is_named_before_a_run(self) -> None:
        ballast = disks.fill(self.state)

        said = self._check_stuck(self._deploy())

        self.assertRegex(said, 'full|No space left')
        self.assertEqual([], self.log.lines())
        ballast.unlink()
        self._check_starts()

    def test_a_run_whose_disk_is_filled_is_resumed(self) -> None:
        process = self._begin()
        ballast = disks.fill(self.state)

        said = self._check_stuck(process)

        self.assertIn('could not go on', said)
        self.assertIn('full', said)
        self.assertIn('trailmark run resume 1', said)
        ballast.unlink()
        self._check_resumes()


class FileLimitTest(_FullTestCase):
    """The same with a limit on the size of files."""

    def test_a_limit_is_named_before_a_run(self) -> None:
        limit = (8 * _KIB, resource.RLIM_INFINITY)
        process = processes.Trailmark.start(
            self.engine,
            'deploy',
            str(self.log.deployment),
            stderr=subprocess.PIPE,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, limit
            ),
        )
        _out, said = process.communicate(timeout=60)

        self.assertEqual(4, process.returncode, said)
        self.assertNotIn('Traceback', said)
        self.assertEqual([], self.log.lines())
        self._check_starts()

    def test_a_run_that_comes_to_a_limit_is_resumed(self) -> None:
        process = self._begin()
        written = (self.state / 'trailmark.db-wal').stat().st_size
        resource.prlimit(
            process.pid, resource.RLIMIT_FSIZE, (written, *_UNLIMITED[1:])
        )

        said = self._check_stuck(process)

        self.assertIn('could not go on', said)
        self.assertIn('trailmark run resume 1', said)
        self._check_resumes()
