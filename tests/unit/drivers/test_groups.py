"""Tests of ending process groups that others left."""

import os
import subprocess
import unittest
from unittest import mock

from trailmark.drivers import groups


class TestGroups(unittest.TestCase):
    """Whose processes are ended."""

    def setUp(self) -> None:
        patch = mock.patch.object(groups, 'GRACE', 0.3)
        patch.start()
        self.addCleanup(patch.stop)

    def start(self, cmd: str, marker: str = 'x') -> int:
        """A process group's leader."""
        process = subprocess.Popen(
            ['/bin/sh', '-c', cmd],
            start_new_session=True,
            env={**os.environ, 'MARK': marker},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process.pid

    def test_a_group_whose_leader_is_known_is_ended(self) -> None:
        pid = self.start('sleep 60 & echo; wait')
        groups.end(groups.Group(pid, _started(pid), 'MARK=other'))
        self.assertTrue(all(each.gone for each in groups.members(pid)))

    def test_a_group_is_known_by_its_marker_without_its_leader(self) -> None:
        pid = self.start('sleep 60 & echo', marker='mine')
        group = groups.Group(pid, 1, 'MARK=mine')
        self.assertTrue(group.living())
        groups.end(group)
        self.assertEqual(group.living(), [])

    def test_an_innocent_group_with_the_same_id_is_left_alone(self) -> None:
        pid = self.start('echo; sleep 60')
        groups.end(groups.Group(pid, 1, 'MARK=mine'))
        found = groups.look(pid)
        self.assertFalse(found is None or found.gone)


def _started(pid: int) -> int:
    found = groups.look(pid)
    assert found is not None
    return found.started
