"""Tests of reading a deployment's folder."""

import os
import pathlib

import fixtures
import testtools

from trailmark.cli import folders
from trailmark.common import exceptions


class FoldersTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def _write(self, name: str, content: bytes = b'a: 1\n') -> pathlib.Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def _refused(self) -> str:
        return str(
            self.assertRaises(
                exceptions.InvalidInput, folders.read, str(self.root)
            )
        )

    def test_yaml_files_are_read_by_their_relative_path(self) -> None:
        self._write('nodes.yaml')
        self._write('release/default/one.yml', 'ä\n'.encode())
        self.assertEqual(
            {'nodes.yaml': 'a: 1\n', 'release/default/one.yml': 'ä\n'},
            folders.read(str(self.root)),
        )

    def test_hidden_and_other_files_are_left_out(self) -> None:
        for name in ('.x.yaml', '.git/y.yaml', 'README.rst', 'z.yaml~'):
            self._write(name)
        self.assertEqual({}, folders.read(str(self.root)))

    def test_a_missing_folder_is_named(self) -> None:
        self.root = self.root / 'none'
        self.assertIn(f'{self.root}: there is no such', self._refused())

    def test_a_file_in_place_of_the_folder_is_refused(self) -> None:
        self.root = self._write('file.yaml')
        self.assertIn('is not a folder', self._refused())

    def test_every_file_that_cannot_be_read_is_named(self) -> None:
        self._write('release/latin.yaml', b'\xff')
        os.mkfifo(self.root / 'pipe.yaml')
        os.symlink('nowhere', self.root / 'dangling.yaml')
        refused = self._refused()
        for said in (
            'release/latin.yaml: is not UTF-8 at byte 0',
            'pipe.yaml: is not a regular file',
            "dangling.yaml: can't be read: No such file",
        ):
            self.assertIn(said, refused)

    def test_a_link_back_to_the_folder_is_refused(self) -> None:
        (self.root / 'release').mkdir()
        os.symlink(self.root, self.root / 'release' / 'loop')
        self.assertIn('release/loop: is a link to a folder', self._refused())

    def test_a_link_to_a_folder_elsewhere_is_followed(self) -> None:
        self._write('shared/default.yaml')
        os.symlink('shared', self.root / 'release')
        self.assertIn('release/default.yaml', folders.read(str(self.root)))

    def test_a_file_of_more_than_16_mib_is_refused(self) -> None:
        path = self._write('nodes.yaml')
        os.truncate(path, 16 * 1024 * 1024 + 1)
        self.assertIn('nodes.yaml: is larger than 16 MiB', self._refused())

    def test_a_name_that_is_not_utf_8_is_refused(self) -> None:
        pathlib.Path(os.fsdecode(bytes(self.root) + b'/\xff.yaml')).touch()
        self.assertIn('\\udcff.yaml: has a name', self._refused())
