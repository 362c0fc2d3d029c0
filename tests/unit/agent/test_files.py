"""Files of master reach other nodes as they are, or not at all."""

import os
import pathlib
import shutil
import tempfile
import threading
import unittest
from collections.abc import Callable
from unittest import mock

from trailmark.agent import files
from trailmark.drivers import sources
from trailmark.messaging import files as messaging


class _Given(files.GivenFiles):
    """Does something before each piece; None once it is silent."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.before: Callable[[int], None] = lambda offset: None
        self.silent = False

    def page(self, path: str, start: int) -> messaging.Page:
        self._ask(path)
        return super().page(path, start)

    def piece(self, path: str, offset: int) -> messaging.Piece:
        self._ask(path)
        self.before(offset)
        return super().piece(path, offset)

    def _ask(self, path: str) -> None:
        self.asked.append(path)
        if self.silent:
            raise TimeoutError(110, 'no agent of node master answers', path)


class FilesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        self.there, self.here = folder / 'there', folder / 'here'
        self.there.mkdir()
        self.here.mkdir()
        self.file = self.there / 'a'
        self.given = _Given()
        self.fetched = files.FetchedFiles(self.given, self.here)

    def open(self) -> bytes:
        """The file's content, as it arrived."""
        with self.fetched.open(str(self.file), lambda: None) as stream:
            return stream.read()

    def test_a_file_of_any_size_arrives(self) -> None:
        for size in (0, 1, files.CHUNK - 1, files.CHUNK, 3 * files.CHUNK + 7):
            self.file.write_bytes(os.urandom(size))
            self.fetched = files.FetchedFiles(self.given, self.here)
            self.assertEqual(self.file.read_bytes(), self.open())

    def test_a_file_is_fetched_once(self) -> None:
        self.file.write_text('a')
        self.assertEqual([self.open(), self.open()], [b'a', b'a'])
        self.assertEqual([str(self.file)], self.given.asked)

    def test_a_file_that_grows_meanwhile_is_refused(self) -> None:
        self.file.write_bytes(os.urandom(2 * files.CHUNK))
        changed = threading.Event()

        def change(offset: int) -> None:
            if offset and not changed.is_set():
                changed.set()
                with self.file.open('ab') as stream:
                    stream.write(b'x')

        self.given.before = change
        with self.assertRaisesRegex(OSError, 'changed while it was read'):
            self.open()
        self.assertTrue(changed.is_set())

    def test_a_file_whose_bytes_are_not_those_of_its_digest_is_refused(
        self,
    ) -> None:
        self.file.write_bytes(os.urandom(2 * files.CHUNK))
        state = self.file.stat()

        def change(offset: int) -> None:
            if offset:
                with self.file.open('r+b') as stream:
                    stream.write(b'other')
                os.utime(self.file, ns=(state.st_atime_ns, state.st_mtime_ns))

        self.given.before = change
        with self.assertRaisesRegex(OSError, 'changed while it was read'):
            self.open()
        self.assertNotEqual(state.st_ctime_ns, self.file.stat().st_ctime_ns)

    def test_a_file_that_is_not_there_is_named(self) -> None:
        with self.assertRaises(FileNotFoundError) as raised:
            self.open()
        self.assertEqual(str(self.file), raised.exception.filename)

    def test_a_job_can_be_ended_between_two_pieces(self) -> None:
        self.file.write_bytes(os.urandom(3 * files.CHUNK))
        check = mock.Mock(side_effect=[None, None, KeyError('enough')])
        with self.assertRaises(KeyError):
            self.fetched.open(str(self.file), check)
        self.assertEqual(3, len(self.given.asked))

    def test_a_folder_is_told_of_as_it_is_on_master(self) -> None:
        for name in ('x/b', 'x/y/c', 'a'):
            path = self.there / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
            path.chmod(0o640)
        here = sources.LOCAL.tree(str(self.there), lambda: None)
        with mock.patch.object(files, '_PAGE', 2):
            found = self.fetched.tree(str(self.there), lambda: None)
        self.assertEqual(here, found)
        self.assertEqual(2, len(self.given.asked))

    def test_a_file_is_no_folder(self) -> None:
        self.file.touch()
        self.assertIsNone(
            self.fetched.tree(str(self.file), lambda: None),
        )

    def test_master_that_is_silent_is_asked_once_more_and_left(self) -> None:
        self.given.silent = True
        for _ in range(2):
            with self.assertRaisesRegex(TimeoutError, 'no agent of node'):
                self.open()
        self.assertEqual(2, len(self.given.asked))

    def test_only_absolute_paths_are_given(self) -> None:
        for path in ('a', '../a', '/a\0b'):
            with self.assertRaises(OSError):
                self.given.piece(path, 0)
