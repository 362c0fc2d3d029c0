"""Whether a process still lives is told by its start, not by its number."""

import os
import subprocess
import unittest

from trailmark.common import process_identity


class ProcessIdentityTest(unittest.TestCase):
    def test_this_process_is_not_gone(self) -> None:
        self.assertFalse(process_identity.is_gone(*process_identity.current()))

    def test_a_process_that_ended_is_gone(self) -> None:
        child = subprocess.Popen(['sleep', '60'])
        host, boot, _pid, _started = process_identity.current()
        started = process_identity.started(child.pid)
        there = process_identity.is_gone(host, boot, child.pid, started)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

        as_zombie = process_identity.is_gone(host, boot, child.pid, started)
        child.wait()
        gone = process_identity.is_gone(host, boot, child.pid, started)

        self.assertEqual((False, True, True), (there, as_zombie, gone))

    def test_another_process_with_its_number_is_not_it(self) -> None:
        host, boot, pid, started = process_identity.current()

        self.assertTrue(process_identity.is_gone(host, boot, pid, started - 1))

    def test_every_process_of_an_earlier_boot_is_gone(self) -> None:
        host, _boot, pid, started = process_identity.current()

        self.assertTrue(
            process_identity.is_gone(host, 'earlier', pid, started)
        )

    def test_nobody_knows_about_other_machines(self) -> None:
        _host, boot, pid, started = process_identity.current()

        self.assertFalse(
            process_identity.is_gone('elsewhere', boot, pid, started)
        )
