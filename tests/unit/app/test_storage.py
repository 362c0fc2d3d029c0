"""The database is made, upgraded or refused as the configuration says."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

from trailmark.app import configuration, state, storage
from trailmark.common import exceptions


class StorageTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_the_embedded_database_makes_its_own_tables(self) -> None:
        kept = storage.Storage(configuration.read(), self.folder)
        self.addCleanup(kept.db.dispose)

        kept.prepare()

        found, needed = kept.version()
        self.assertEqual(needed, found)
        self.assertTrue((self.folder / 'trailmark.db').exists())

    def test_the_embedded_database_is_for_its_user_only(self) -> None:
        """Also one of another mode; the lock beside it holds nothing."""
        path = self.folder / 'trailmark.db'
        path.touch(0o644)
        kept = storage.Storage(configuration.read(), self.folder)
        self.addCleanup(kept.db.dispose)

        kept.prepare()

        modes = {
            each.name: each.stat().st_mode & 0o777
            for each in self.folder.glob('trailmark.db*[!k]')
        }
        self.assertEqual({0o600}, set(modes.values()), modes)

    def test_another_database_has_to_be_upgraded_by_a_person(self) -> None:
        url = f'sqlite:///{self.folder}/other.db'
        with mock.patch.dict(os.environ, OS_DATABASE__CONNECTION=url):
            kept = storage.Storage(configuration.read(), self.folder)
        self.addCleanup(kept.db.dispose)

        with self.assertRaisesRegex(
            exceptions.SchemaOutdated, 'trailmark db upgrade'
        ):
            kept.prepare()
        kept.upgrade()
        kept.prepare()

    def test_a_state_directory_that_can_not_be_made_is_an_error(self) -> None:
        (self.folder / 'file').touch()
        where = str(self.folder / 'file' / 'state')

        with (
            mock.patch.dict(os.environ, TRAILMARK_STATE=where),
            self.assertRaisesRegex(exceptions.StateUnusable, where),
        ):
            state.directory()

    def test_the_state_directory_is_for_its_user_only(self) -> None:
        where = str(self.folder / 'a' / 'state')

        with mock.patch.dict(os.environ, TRAILMARK_STATE=where):
            made = state.directory()

        self.assertEqual(0o700, made.stat().st_mode & 0o777)
