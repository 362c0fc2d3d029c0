"""Logs go to a file, and secrets don't."""

import contextlib
import io
import logging
import pathlib
import tempfile
import unittest

from trailmark.app import configuration, logs


class LogsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        root = logging.getLogger()
        self.addCleanup(setattr, root, 'handlers', list(root.handlers))
        self.addCleanup(root.setLevel, root.level)
        raising = logging.raiseExceptions
        self.addCleanup(setattr, logging, 'raiseExceptions', raising)

    def _logged(self, *said: object) -> str:
        end = logs.begin(configuration.read(), self.folder)
        logging.getLogger('trailmark.test').warning(*said)
        end()
        return (self.folder / 'log' / 'trailmark.log').read_text()

    def test_records_are_in_the_file_when_logging_ends(self) -> None:
        self.assertIn('run 7 ended', self._logged('run %s ended', 7))

    def test_passwords_of_urls_are_masked(self) -> None:
        logged = self._logged('at %s', 'postgresql://me:hunter2@host/db')

        self.assertIn('postgresql://me:***@host/db', logged)

    def test_nothing_is_printed(self) -> None:
        printed = io.StringIO()
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            self._logged('said')

        self.assertEqual('', printed.getvalue())

    def test_a_disk_that_is_full_does_not_stop_anybody(self) -> None:
        (self.folder / 'log').mkdir()
        (self.folder / 'log' / 'trailmark.log').symlink_to('/dev/full')
        printed = io.StringIO()

        with contextlib.redirect_stderr(printed):
            end = logs.begin(configuration.read(), self.folder)
            logging.getLogger('trailmark.test').warning('said')
            end()

        self.assertEqual('', printed.getvalue())
