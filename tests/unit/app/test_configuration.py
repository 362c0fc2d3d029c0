"""Configuration comes from files and from the environment."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

from trailmark.app import configuration
from trailmark.common import exceptions


class ConfigurationTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / 'trailmark.conf'

    def test_the_environment_names_a_database(self) -> None:
        url = 'postgresql+psycopg2://host/name'
        with mock.patch.dict(os.environ, OS_DATABASE__CONNECTION=url):
            conf = configuration.read()

        self.assertEqual(url, conf.database.connection)

    def test_the_last_file_wins(self) -> None:
        other = self.file.with_name('other.conf')
        self.file.write_text('[engine]\nlease_seconds = 7\n')
        other.write_text('[engine]\nlease_seconds = 8\n')

        conf = configuration.read([str(self.file), str(other)])

        self.assertEqual(8.0, conf.engine.lease_seconds)

    def test_a_file_that_is_not_there_is_refused(self) -> None:
        with self.assertRaisesRegex(
            exceptions.ConfigurationRefused, 'trailmark.conf'
        ):
            configuration.read([str(self.file)])

    def test_what_is_no_value_of_an_option_is_refused(self) -> None:
        self.file.write_text('[agent]\nworkers = many\n')

        with self.assertRaisesRegex(
            exceptions.ConfigurationRefused, 'workers'
        ):
            configuration.read([str(self.file)])

    def test_a_wrong_value_in_the_environment_is_refused(self) -> None:
        with (
            mock.patch.dict(os.environ, OS_AGENT__WORKERS='many'),
            self.assertRaises(exceptions.ConfigurationRefused),
        ):
            configuration.read()
