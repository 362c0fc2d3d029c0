"""Attempts at the same time: as many as files may be open for."""

import resource
import unittest

from trailmark.app import workers
from trailmark.common import descriptors
from trailmark.tests.unit.api import secured


class WorkersTest(unittest.TestCase):
    def most(self, wanted: int, files: int) -> int:
        """How many there are under such a limit."""
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        conf = secured.configuration()
        conf.set_override('workers', wanted, group='agent')
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, before[1]))
        try:
            return workers.most(conf)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

    def test_there_are_as_many_as_are_asked_for_where_files_suffice(
        self,
    ) -> None:
        self.assertEqual(64, self.most(64, 1024))

    def test_there_are_fewer_where_they_do_not_and_the_log_says_so(
        self,
    ) -> None:
        for files in (1024, 512, 256):
            with self.subTest(files), self.assertLogs(level='WARNING') as log:
                found = self.most(10_000, files)
                room = files - files // 3 - workers.BESIDE
                self.assertLessEqual(found * workers.EACH, room)
                self.assertIn(f'ulimit -n is {files}', str(log.output))

    def test_there_is_one_at_least(self) -> None:
        with self.assertLogs(level='WARNING'):
            self.assertEqual(1, self.most(64, 32))

    def test_a_limit_that_is_none_is_large(self) -> None:
        self.assertGreater(descriptors.most(), 0)
