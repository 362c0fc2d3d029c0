"""Tests of making folders the same, by the real rsync."""

import os
import pathlib
import shutil
import socket
import subprocess
import time
import unittest
from typing import Any
from unittest import mock

from trailmark.drivers import base
from trailmark.tests.unit.drivers import file_trees

_RSYNC = shutil.which('rsync')
_DAEMON = """
pid file = {folder}/pid
use chroot = no
uid = {user}
[modules]
path = {source}
auth users = deployer
secrets file = {folder}/secrets
strict modes = no
"""


@unittest.skipUnless(_RSYNC, 'rsync is not installed')
class SyncCase(file_trees.TreeCase):
    """Has a source with a file, a folder and a link."""

    def setUp(self) -> None:
        super().setUp()
        self.source = self.state / 'layer' / 'modules'
        (self.source / 'deep').mkdir(parents=True)
        (self.source / 'deep' / 'f').write_text('one\n')
        (self.source / 'link').symlink_to('deep/f')

    def parameters(self, src: str) -> dict[str, Any]:
        return {'src': src, 'dst': str(self.tree / 'to')}

    def sync(self, src: str = 'modules/', **more: Any) -> base.Result:
        folder = self.source.parent
        return self.do('sync', self.parameters(src), source=folder, **more)


class TestSync(SyncCase):
    """What becomes the same."""

    def test_a_folder_is_made_the_same(self) -> None:
        (self.tree / 'to' / 'old').mkdir(parents=True)
        (self.tree / 'to' / 'old' / 'g').write_text('gone')
        result = self.sync()
        self.assertEqual('ready', result.state)
        self.assertEqual(
            {'to', 'to/deep', 'to/deep/f', 'to/link'}, {*self.everything()}
        )
        self.assertTrue((self.tree / 'to' / 'link').is_symlink())

    def test_the_summary_counts_and_names_what_changed(self) -> None:
        (self.tree / 'to').mkdir()
        (self.tree / 'to' / 'g').write_text('gone')
        said = dict(self.sync().summary or {})
        counts = [said[key] for key in ('files', 'bytes', 'deleted')]
        self.assertEqual([1, 4, 1], counts)
        self.assertEqual(
            {
                'delete g',
                'add the folder deep/',
                'add deep/f',
                'add the link link -> deep/f',
            },
            {*said['changes']},
        )

    def test_what_is_the_same_is_not_told_again(self) -> None:
        self.sync()
        os.utime(self.source / 'deep' / 'f', (1, 1))
        said = dict(self.sync().summary or {})
        self.assertEqual((0, []), (said['files'], said['changes']))

    def test_content_counts_and_not_the_time(self) -> None:
        self.sync()
        copy = self.tree / 'to' / 'deep' / 'f'
        found = copy.stat()
        (self.source / 'deep' / 'f').write_text('two\n')
        for path in (copy, self.source / 'deep' / 'f'):
            os.utime(path, (found.st_atime, found.st_mtime))
        said = dict(self.sync().summary or {})
        self.assertEqual(['replace deep/f'], said['changes'])
        self.assertEqual('two\n', copy.read_text())

    def test_without_a_slash_the_folder_itself_is_put_there(self) -> None:
        self.sync('modules')
        self.assertIn('to/modules/deep/f', self.everything())

    def test_many_changes_are_told_in_short(self) -> None:
        for number in range(1000):
            (self.source / f'{number:04}-{"x" * 90}').touch()
        said = dict(self.sync().summary or {})
        self.assertEqual(1001, said['files'])
        self.assertEqual(51, len(said['changes']))
        self.assertEqual('and 953 more', said['changes'][-1])

    def test_the_noop_twin_changes_nothing(self) -> None:
        parameters = self.parameters('modules/')
        said = self.tell('sync', parameters, source=self.source.parent)
        self.assertEqual({}, self.everything())
        self.assertTrue(said['noop'])
        self.assertEqual((1, 4), (said['files'], said['bytes']))
        self.assertIn('add deep/f', said['changes'])

    def test_the_noop_twin_compares_with_what_is_there(self) -> None:
        self.sync()
        (self.tree / 'to' / 'g').write_text('gone')
        before = self.everything()
        parameters = self.parameters(f'{self.source}/')
        said = self.tell('sync', parameters)
        self.assertEqual(['delete g'], said['changes'])
        self.assertEqual(before, self.everything())


class TestFailure(SyncCase):
    """What can't be made the same."""

    def test_without_rsync_it_fails_clearly(self) -> None:
        with mock.patch.dict(os.environ, {'PATH': '/no/such'}):
            result = self.sync()
            parameters = self.parameters('/')
            said = self.tell('sync', parameters)
        self.assert_failed(result, 'rsync is not installed on the node')
        self.assertIn('nothing can be done: rsync', said['plan'][0])

    def test_a_missing_source_is_named(self) -> None:
        result = self.sync('no')
        said = f'{self.source.parent}/no: there is no such file or folder'
        self.assert_failed(result, said)

    def test_a_relative_source_needs_a_folder(self) -> None:
        result = self.do('sync', self.parameters('modules/'))
        said = 'a relative src needs a task that comes from a folder'
        self.assert_failed(result, f'modules/: {said}')

    def test_a_file_in_place_of_the_folder_is_named(self) -> None:
        (self.tree / 'to').write_text('')
        said = f'{self.tree}/to: this is no folder'
        self.assert_failed(self.sync(), said)

    def test_a_host_that_does_not_answer_is_a_failure(self) -> None:
        with socket.create_server(('127.0.0.1', 0)) as server:
            port = server.getsockname()[1]
        src = f'rsync://u:hunter2@127.0.0.1:{port}/m/'
        result = self.sync(src)
        said = 'the connection failed (exit code 10): '
        self.assertEqual(said, (result.message or '')[: len(said)])
        told = self.tell('sync', self.parameters(src))
        self.assertEqual(result.message, told['problem'])
        self.assertNotIn('hunter2', f'{result} {told}')

    def test_a_cancel_ends_it(self) -> None:
        self.watch.cancelled.set()
        self.assertEqual('cancelled', self.sync().state)
        self.assertNotIn('to/link', self.everything())

    def test_a_silent_host_is_a_timeout(self) -> None:
        with socket.create_server(('127.0.0.1', 0)) as server:
            port = server.getsockname()[1]
            result = self.sync(f'rsync://127.0.0.1:{port}/m/', timeout=0.3)
        self.assertEqual('Timeout', result.fault)
        self.assertIn('timed out after 0.3 s', result.message or '')


class TestDaemon(SyncCase):
    """Sources on another host."""

    def setUp(self) -> None:
        super().setUp()
        with socket.create_server(('127.0.0.1', 0)) as server:
            self.port = server.getsockname()[1]
        self.folder = self.state / 'daemon'
        self.folder.mkdir()
        (self.folder / 'secrets').write_text('deployer:p@ss word\n')
        (self.folder / 'secrets').chmod(0o600)
        self.start(self.folder / 'rsyncd.conf')

    def start(self, config: pathlib.Path) -> None:
        text = _DAEMON.format(
            folder=self.folder, source=self.source, user=os.geteuid()
        )
        config.write_text(text)
        daemon = subprocess.Popen(
            [
                *('rsync', '--daemon', '--no-detach', f'--port={self.port}'),
                *('--address=127.0.0.1', f'--config={config}'),
            ],
            stdin=subprocess.DEVNULL,
        )
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.terminate)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with socket.socket() as tried:
                if tried.connect_ex(('127.0.0.1', self.port)) == 0:
                    return
            time.sleep(0.02)
        self.fail('the daemon does not begin')

    def url(self, password: str, path: str = '') -> str:
        host = f'127.0.0.1:{self.port}'
        return f'rsync://deployer:{password}@{host}/modules/{path}'

    def test_a_password_in_the_url_opens_a_module(self) -> None:
        result = self.sync(self.url('p%40ss%20word'))
        self.assertEqual('ready', result.state, result.message)
        self.assertIn('to/deep/f', self.everything())

    def test_an_exit_code_is_told_in_words(self) -> None:
        for password, path, said in (
            ('no', '', 'the rsync daemon refuses (exit code 5): @ERROR'),
            (
                'p%40ss%20word',
                'none',
                'some files could not be transferred (exit code 23): rsync: ',
            ),
        ):
            with self.subTest(said):
                result = self.sync(self.url(password, path))
                self.assertEqual('Failed', result.fault)
                self.assertEqual(said, (result.message or '')[: len(said)])
