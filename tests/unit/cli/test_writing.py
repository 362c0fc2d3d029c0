"""Tests of files that are written whole or not at all."""

import os
import pathlib

import fixtures
import testtools

from trailmark.cli import writing
from trailmark.common import exceptions


class WritingTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def _refused(self, files: dict[str, str], force: bool = False) -> str:
        error = self.assertRaises(
            exceptions.InvalidInput, writing.write, files, force
        )
        return str(error)

    def test_every_path_that_is_taken_is_named(self) -> None:
        taken = {str(self.root / name): 'new' for name in ('a', 'b')}
        for path in taken:
            pathlib.Path(path).write_text('old')
        said = self._refused({**taken, str(self.root / 'c'): 'new'})
        self.assertEqual(2, said.count('is there already'))
        self.assertEqual({'a', 'b'}, set(os.listdir(self.root)))

    def test_one_that_cannot_be_written_leaves_none(self) -> None:
        good, plain = self.root / 'good', self.root / 'plain'
        plain.write_text('x')
        said = self._refused({str(good): 'x', str(plain / 'below'): 'y'})
        self.assertIn(f"{plain / 'below'}: can't be written: ", said)
        self.assertEqual(['plain'], os.listdir(self.root))

    def test_a_text_that_cannot_be_encoded_leaves_nothing(self) -> None:
        path = str(self.root / 'a')
        self.assertRaises(
            UnicodeEncodeError, writing.write, {path: '\ud800'}, False
        )
        self.assertEqual([], os.listdir(self.root))

    def test_a_device_is_never_replaced(self) -> None:
        pipe = self.root / 'pipe'
        os.mkfifo(pipe)
        said = self._refused({str(pipe): 'x'}, force=True)
        self.assertIn('is not a regular file', said)
        self.assertTrue(pipe.is_fifo())

    def test_a_link_is_written_through(self) -> None:
        real, link = self.root / 'real', self.root / 'link'
        real.write_text('old')
        link.symlink_to(real)
        writing.write({str(link): 'new'}, force=True)
        self.assertTrue(link.is_symlink())
        self.assertEqual('new', real.read_text())
