"""Tests of writing a file."""

import os
import unittest
from typing import Any
from unittest import mock

from trailmark.drivers import base, wanted_files
from trailmark.tests import users
from trailmark.tests.unit.drivers import file_trees

_OLD = 1_000_000_000


class UploadCase(file_trees.TreeCase):
    """Uploads one file."""

    def setUp(self) -> None:
        super().setUp()
        self.file = self.tree / 'f'

    def upload(self, data: Any = 'new\n', **more: Any) -> base.Result:
        given = {'path': str(self.file), 'data': data, **more}
        return self.do('upload_file', given)

    def upload_as_nobody(self, **more: Any) -> base.Result:
        given = {'path': str(self.file), 'data': 'new\n', **more}
        return self.do_as_nobody('upload_file', given)


class TestContent(UploadCase):
    """What is written, and where."""

    def test_a_missing_file_is_written_with_its_folders(self) -> None:
        self.file = self.tree / 'a' / 'b' / 'f'
        result = self.upload('é\n', dir_permissions='0750')
        self.assertEqual('ready', result.state)
        self.assertEqual('é\n', self.file.read_text())
        self.assertEqual('0644', file_trees.mode(self.file))
        self.assertEqual('0750', file_trees.mode(self.tree / 'a'))
        self.assertEqual('0750', file_trees.mode(self.tree / 'a' / 'b'))

    def test_the_summary_says_what_was_done(self) -> None:
        self.file = self.tree / 'a' / 'f'
        said = dict(self.upload(user_owner=str(os.geteuid())).summary or {})
        made, written = said['done']
        self.assertEqual(1, said['changed'])
        self.assertEqual(f'make the folder {self.tree}/a with mode 0755', made)
        self.assertIn(f'write {self.file}: 4 bytes, mode 0644', written)

    def test_a_relative_path_lies_in_the_folder_of_the_node(self) -> None:
        self.do('upload_file', {'path': 'etc/f', 'data': 'x'})
        found = self.state / 'nodes' / 'prod' / 'n1' / 'etc' / 'f'
        self.assertEqual('x', found.read_text())

    def test_other_content_is_replaced_by_another_file(self) -> None:
        self.file.write_text('old')
        before = self.file.stat().st_ino
        result = self.upload()
        self.assertEqual('new\n', self.file.read_text())
        self.assertNotEqual(before, self.file.stat().st_ino)
        self.assertEqual(1, (result.summary or {})['changed'])
        self.assertEqual({'f': b'new\n'}, self.everything())

    def test_the_same_length_is_not_the_same_content(self) -> None:
        self.file.write_text('old\n')
        self.upload()
        self.assertEqual('new\n', self.file.read_text())

    def test_a_right_file_is_left_alone(self) -> None:
        self.upload()
        os.utime(self.file, (_OLD, _OLD))
        before = self.file.stat()
        result = self.upload()
        self.assertEqual({'changed': 0, 'done': []}, result.summary)
        after = self.file.stat()
        self.assertEqual(
            (before.st_ino, before.st_mtime_ns, before.st_ctime_ns),
            (after.st_ino, after.st_mtime_ns, after.st_ctime_ns),
        )

    def test_a_wrong_mode_is_mended_without_writing(self) -> None:
        self.upload()
        os.utime(self.file, (_OLD, _OLD))
        self.file.chmod(0o000)
        before = self.file.stat().st_ino
        result = self.upload()
        self.assertEqual(1, (result.summary or {})['changed'])
        self.assertEqual('0644', file_trees.mode(self.file))
        found = self.file.stat()
        self.assertEqual((before, _OLD), (found.st_ino, found.st_mtime))

    def test_modes_are_taken_as_text_and_as_numbers(self) -> None:
        for said, mode in (
            ('0600', '0600'),
            ('4711', '4711'),
            (0o640, '0640'),
            (750, '0750'),
        ):
            with self.subTest(said):
                self.upload(permissions=said)
                self.assertEqual(mode, file_trees.mode(self.file))

    def test_without_overwrite_what_is_there_stays(self) -> None:
        self.file.write_text('old')
        self.file.chmod(0o600)
        result = self.upload(overwrite=False)
        self.assertEqual('old', self.file.read_text())
        self.assertEqual('0600', file_trees.mode(self.file))
        self.assertEqual(
            [f'keep {self.file}: it is there already'],
            (result.summary or {})['done'],
        )

    def test_a_link_is_replaced_and_not_followed(self) -> None:
        other = self.tree / 'other'
        other.write_text('precious')
        self.file.symlink_to(other)
        self.upload('precious')
        self.assertFalse(self.file.is_symlink())
        other.write_text('changed')
        self.assertEqual('precious', self.file.read_text())

    def test_a_link_to_a_folder_is_replaced_too(self) -> None:
        (self.tree / 'other').mkdir()
        self.file.symlink_to(self.tree / 'other')
        self.upload()
        self.assertEqual({'f': b'new\n', 'other': None}, self.everything())

    def test_fifty_megabytes_are_written(self) -> None:
        data = '0123456789abcdef' * (50 * 1024 * 1024 // 16)
        result = self.upload(data)
        self.assertEqual('ready', result.state)
        self.assertEqual(50 * 1024 * 1024, self.file.stat().st_size)
        self.assertEqual([], (self.upload(data).summary or {})['done'])

    def test_what_a_killed_attempt_left_is_cleared_away(self) -> None:
        child = os.fork()
        if child == 0:
            with mock.patch('os.fsync', lambda handle: os._exit(0)):
                self.upload()
        os.waitpid(child, 0)
        self.assertEqual(1, len(self.everything()))
        self.upload()
        self.assertEqual({'f': b'new\n'}, self.everything())


class TestFailure(UploadCase):
    """What can't be done."""

    def test_a_folder_in_the_way_is_named(self) -> None:
        self.file.mkdir()
        said = f'{self.file}: a folder is in the way'
        self.assert_failed(self.upload(), said)

    def test_a_device_is_never_replaced(self) -> None:
        os.mkfifo(self.file)
        said = f'{self.file}: this is no plain file'
        self.assert_failed(self.upload(), said)
        self.assertTrue(self.file.is_fifo())

    def test_a_file_in_place_of_a_folder_is_named(self) -> None:
        (self.tree / 'a').write_text('')
        self.file = self.tree / 'a' / 'f'
        said = f'{self.file}: Not a directory'
        self.assert_failed(self.upload(), said)

    def test_without_parents_the_folder_must_be_there(self) -> None:
        self.file = self.tree / 'a' / 'f'
        said = "this folder doesn't exist, and parents is false"
        result = self.upload(parents=False)
        self.assert_failed(result, f'{self.tree}/a: {said}')
        self.assertEqual({}, self.everything())

    def test_an_unknown_owner_is_named(self) -> None:
        for key, kind in (('user_owner', 'user'), ('group_owner', 'group')):
            with self.subTest(kind):
                said = f"{self.file}: the {kind} no-such doesn't exist"
                self.assert_failed(self.upload(**{key: 'no-such'}), said)

    def test_a_path_that_no_system_takes_is_named(self) -> None:
        self.file = self.tree / ('x' * 300)
        said = f'{self.file}: File name too long'
        self.assert_failed(self.upload(), said)
        result = self.do('upload_file', {'path': '/a\0b', 'data': 'x'})
        self.assertIn('null', result.message or '')
        self.assertEqual('Failed', result.fault)

    def test_a_path_of_a_folder_is_refused(self) -> None:
        result = self.do('upload_file', {'path': '/srv/', 'data': 'x'})
        self.assert_failed(result, '/srv/: a folder is named')

    @unittest.skipUnless(os.path.exists('/dev/full'), 'no /dev/full')
    def test_a_full_disk_leaves_the_old_file(self) -> None:
        self.file.write_text('old')
        full = os.open('/dev/full', os.O_WRONLY)
        self.addCleanup(os.close, full)
        real = os.open

        def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
            if flags & os.O_EXCL:
                real_handle = real(path, flags, *more, **named)
                os.close(real_handle)
                return os.dup(full)
            return real(path, flags, *more, **named)

        with mock.patch('os.open', opened):
            result = self.upload()
        said = f'{self.file}: No space left on device'
        self.assert_failed(result, said)
        self.assertEqual({'f': b'old'}, self.everything())

    def test_a_computed_value_is_refused(self) -> None:
        result = self.upload({'yaql_exp': '$.data'})
        self.assert_failed(result, 'a parameter is not computed')


class TestOwner(UploadCase):
    """Whose file it becomes."""

    @unittest.skipUnless(users.IS_ROOT, 'only root gives files away')
    def test_root_owns_what_root_writes(self) -> None:
        self.upload()
        os.chown(self.file, 65534, 65534)
        os.utime(self.file, (_OLD, _OLD))
        self.upload()
        found = self.file.stat()
        self.assertEqual(
            (0, 0, _OLD), (found.st_uid, found.st_gid, found.st_mtime)
        )

    @unittest.skipUnless(users.IS_ROOT, 'only root gives files away')
    def test_an_owner_is_said_by_name_or_number(self) -> None:
        for said in (users.WHO, '65534'):
            with self.subTest(said):
                self.file.unlink(missing_ok=True)
                self.upload(user_owner=said, permissions='4755')
                self.assertEqual(users.WHO, file_trees.owner(self.file))
                self.assertEqual('4755', file_trees.mode(self.file))
                again = self.upload(user_owner=said, permissions='4755')
                self.assertEqual(0, (again.summary or {})['changed'])

    def test_another_user_owns_what_it_writes(self) -> None:
        result = self.upload_as_nobody()
        self.assertEqual('ready', result.state)
        who = users.WHO if users.IS_ROOT else file_trees.owner(self.tree)
        self.assertEqual(who, file_trees.owner(self.file))
        again = self.upload_as_nobody()
        self.assertEqual(0, (again.summary or {})['changed'])

    def test_another_user_can_not_give_files_to_root(self) -> None:
        result = self.upload_as_nobody(user_owner='root')
        said = "its owner can't be set: Operation not permitted"
        self.assert_failed(result, f'{self.file}: {said}')
        self.assertEqual({}, self.everything())

    def test_a_folder_that_may_not_be_written_to_is_named(self) -> None:
        folder = self.tree / 'closed'
        folder.mkdir()
        self.file = folder / 'f'
        job = {'path': str(self.file), 'data': 'x'}
        with mock.patch('os.walk', return_value=[(self.state, [], [])]):
            folder.chmod(0o555)
            result = self.do_as_nobody('upload_file', job)
        said = f'{folder}: this folder may not be written to'
        self.assert_failed(result, said)


class TestEnding(UploadCase):
    """How a job is ended before its time."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(wanted_files, 'CHUNK', 1)
        patch.start()
        self.addCleanup(patch.stop)
        self.file.write_text('old')

    def test_a_cancelled_job_changes_nothing(self) -> None:
        self.watch.cancelled.set()
        result = self.upload()
        self.assertEqual('cancelled', result.state)
        self.assertEqual('Cancelled', result.fault)
        self.assertEqual({'f': b'old'}, self.everything())

    def test_a_job_is_cancelled_while_it_writes(self) -> None:
        written: list[int] = []
        real = os.fsync

        def check(handle: int) -> None:
            written.append(handle)
            self.watch.cancelled.set()
            real(handle)

        with mock.patch('os.fsync', check):
            given = [
                {'dst': str(self.tree / name), 'data': 'ab'}
                for name in ('1', '2')
            ]
            entry = {'uid': 'n1', 'files': given}
            result = self.do('upload_files', {'nodes': [entry]})
        self.assertEqual('cancelled', result.state)
        self.assertEqual({'f': b'old', '1': b'ab'}, self.everything())
        self.assertEqual(1, len((result.summary or {})['done']))

    def test_a_timeout_ends_it_between_two_pieces(self) -> None:
        result = self.do(
            'upload_file',
            {'path': str(self.file), 'data': 'x' * 1_000_000},
            timeout=0.05,
        )
        self.assertEqual('Timeout', result.fault)
        self.assertEqual('timed out after 0.05 s', result.message)
        self.assertEqual({'f': b'old'}, self.everything())
