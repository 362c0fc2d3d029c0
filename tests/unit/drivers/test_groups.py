"""Tests of ending the processes of an attempt that others left."""

import os
import signal
import subprocess
import sys
import unittest
from unittest import mock

from trailmark.drivers import groups

_MARKS = ('MARK=mine', 'PLACE=here')
#: As a user who may end nothing of ours.
_UNABLE = """
import os, sys
from trailmark.drivers import groups
groups.GRACE = groups.LAST = 0.2
os.setuid(65534)
family = groups.Family(['MARK=mine'], lambda: {int(sys.argv[1])})
print(*(each.pid for each in groups.end(family)))
"""


class TestFamilies(unittest.TestCase):
    """Whose processes are ended.

    Guard: every-process. Guard: same-process. Guard: left-running.
    """

    def setUp(self) -> None:
        patch = mock.patch.object(groups, 'GRACE', 0.3)
        patch.start()
        self.addCleanup(patch.stop)

    def start(self, cmd: str, **entries: str) -> int:
        """A process that has said that it is there."""
        process = subprocess.Popen(
            ['/bin/sh', '-c', cmd],
            start_new_session=True,
            env={**os.environ, **entries},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        self.said = process.stdout.readline()
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process.pid

    def end(self, *heads: int, since: int = 0) -> list[groups.Member]:
        return groups.end(groups.Family(_MARKS, lambda: set(heads), since))

    def test_descendants_are_ended_whatever_their_session(self) -> None:
        pid = self.start('setsid sleep 60 & echo $!; wait')
        self.assertEqual(self.end(pid), [])
        self.assertTrue(is_gone(int(self.said)))
        os.kill(pid, signal.SIGKILL)

    def test_who_has_all_marks_is_ended_whatever_its_parent(self) -> None:
        pid = self.start('echo; sleep 60', MARK='mine', PLACE='here')
        self.assertEqual(self.end(), [])
        self.assertTrue(is_gone(pid))

    def test_the_same_id_at_another_place_is_left_alone(self) -> None:
        pid = self.start('echo; sleep 60', MARK='mine', PLACE='there')
        self.assertEqual(self.end(), [])
        self.assertFalse(is_gone(pid))

    def test_who_is_older_than_the_attempt_is_left_alone(self) -> None:
        pid = self.start('echo; exec sleep 60', MARK='mine', PLACE='here')
        found = groups.look(pid)
        assert found is not None
        self.assertEqual(self.end(since=found.started + 1), [])
        self.assertFalse(is_gone(pid))

    def test_who_is_stopped_and_deaf_is_ended_too(self) -> None:
        cmd = 'trap "" TERM; echo; kill -STOP $$; sleep 60'
        pid = self.start(cmd, MARK='mine', PLACE='here')
        self.assertEqual(self.end(), [])
        self.assertTrue(is_gone(pid))

    @unittest.skipUnless(os.geteuid() == 0, 'needs another user')
    def test_who_can_not_be_ended_is_told(self) -> None:
        pid = self.start('sleep 60 & echo $!; wait')
        done = subprocess.run(
            [sys.executable, '-c', _UNABLE, str(pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        self.assertEqual(done.stdout.split(), self.said.decode().split())
        os.kill(int(self.said), signal.SIGKILL)


class TestFreezing(unittest.TestCase):
    """Whether a process has ended by itself. Guard: status-read-last."""

    def test_one_that_runs_is_stopped(self) -> None:
        process = subprocess.Popen(['sleep', '60'])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(groups.freeze(process.pid))
        found = groups.look(process.pid)
        self.assertTrue(found is not None and found.stopped)

    def test_one_that_has_ended_is_not(self) -> None:
        process = subprocess.Popen(['true'])
        self.addCleanup(process.wait)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        self.assertFalse(groups.freeze(process.pid))


def is_gone(pid: int) -> bool:
    found = groups.look(pid)
    return found is None or found.gone
