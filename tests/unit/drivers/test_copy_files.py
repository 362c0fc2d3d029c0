"""Tests of copying files, and of files that are for one node only."""

import concurrent.futures
import os
import tracemalloc
from typing import Any
from unittest import mock

from trailmark.drivers import base, catalog, sources
from trailmark.tests.unit.drivers import file_trees


class CopyCase(file_trees.TreeCase):
    """Copies from a folder of its own into the tree."""

    def setUp(self) -> None:
        super().setUp()
        self.source = self.state / 'layer'
        (self.source / 'files').mkdir(parents=True)

    def copy(self, *files: Any, **more: Any) -> base.Result:
        given = {'files': [self.entry(*each) for each in files], **more}
        return self.do('copy_files', given, source=self.source)

    def entry(self, src: str, dst: str, **more: Any) -> dict[str, Any]:
        return {'src': src, 'dst': str(self.tree / dst), **more}


class TestCopying(CopyCase):
    """What is copied."""

    def test_a_relative_source_is_in_the_folder_of_the_layer(self) -> None:
        (self.source / 'files' / 'a').write_bytes(b'\xff\0binary')
        result = self.copy(('files/a', 'x/a'))
        self.assertEqual('ready', result.state)
        self.assertEqual(
            {'x': None, 'x/a': b'\xff\0binary'}, self.everything()
        )

    def test_an_absolute_source_is_taken_as_it_is(self) -> None:
        path = self.state / 'elsewhere'
        path.write_text('here')
        self.copy((str(path), 'a'))
        self.assertEqual({'a': b'here'}, self.everything())

    def test_modes_of_an_entry_win_over_those_of_the_task(self) -> None:
        for name in 'ab':
            (self.source / name).write_text(name)
        own = self.entry('a', 'x/a', permissions='0600')
        given: dict[str, Any] = {'files': [own, self.entry('b', 'y/b')]}
        given |= {'permissions': '0640', 'dir_permissions': '0711'}
        self.do('copy_files', given, source=self.source)
        self.assertEqual('0600', file_trees.mode(self.tree / 'x' / 'a'))
        self.assertEqual('0640', file_trees.mode(self.tree / 'y' / 'b'))
        self.assertEqual('0711', file_trees.mode(self.tree / 'y'))

    def test_a_folder_is_copied_with_all_below_it_and_its_modes(self) -> None:
        deep = self.source / 'files' / 'deep'
        deep.mkdir(mode=0o750)
        for path, mode in ((deep / 'a', 0o755), (deep.parent / 'b', 0o600)):
            path.write_text(path.name)
            path.chmod(mode)
        self.copy(('files', 'x'))
        expected = {'x': None, 'x/b': b'b', 'x/deep': None, 'x/deep/a': b'a'}
        self.assertEqual(expected, self.everything())
        found = [file_trees.mode(self.tree / each) for each in expected]
        self.assertEqual(['0755', '0600', '0750', '0755'], found)

    def test_modes_of_a_task_win_over_those_in_a_folder(self) -> None:
        (self.source / 'files' / 'a').write_text('a')
        (self.source / 'files' / 'a').chmod(0o755)
        self.copy(('files', 'x'), permissions='0640')
        self.assertEqual('0640', file_trees.mode(self.tree / 'x' / 'a'))

    def test_only_what_is_other_is_copied_again(self) -> None:
        for name in 'ab':
            (self.source / name).write_text(name)
        self.copy(('a', 'a'), ('b', 'b'))
        (self.source / 'b').write_text('c')
        result = self.copy(('a', 'a'), ('b', 'b'))
        self.assertEqual(1, (result.summary or {})['changed'])
        self.assertEqual({'a': b'a', 'b': b'c'}, self.everything())

    def test_nodes_of_one_machine_may_write_the_same_file(self) -> None:
        (self.source / 'a').write_bytes(os.urandom(1_000_000))
        given = {'files': [self.entry('a', 'f')]}
        jobs = [
            self.job(
                parameters=given,
                source=self.source,
                folder=self.state / f'n{number}',
            )
            for number in range(8)
        ]
        driver = catalog.driver('copy_files')
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            done = pool.map(lambda job: driver.run(job, self.watch), jobs)
        self.assertEqual(['ready'] * 8, [each.state for each in done])
        self.assertEqual(['f'], [*self.everything()])

    def test_a_long_list_is_told_in_short(self) -> None:
        (self.source / 'a').write_text('a')
        many = [('a', str(number)) for number in range(60)]
        said = dict(self.copy(*many).summary or {})
        self.assertEqual(60, said['changed'])
        self.assertEqual(51, len(said['done']))
        self.assertEqual('and 10 more', said['done'][-1])

    def test_copying_needs_no_memory_for_the_whole_file(self) -> None:
        large = self.source / 'large'
        large.touch()
        os.truncate(large, 64 * 1024 * 1024)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        for _ in range(2):
            self.assertEqual('ready', self.copy(('large', 'f')).state)
        _now, peak = tracemalloc.get_traced_memory()
        self.assertLess(peak, 16 * 1024 * 1024)
        size = (self.tree / 'f').stat().st_size
        self.assertEqual(large.stat().st_size, size)

    def test_the_noop_twin_shows_how_texts_change(self) -> None:
        (self.source / 'a').write_text('new\n')
        given = {'files': [self.entry('a', 'a')]}
        said = self.tell('copy_files', given, source=self.source)
        self.assertIn('\n+new\n', said['diff'])
        self.assertEqual({}, self.everything())


class TestFailure(CopyCase):
    """What can't be copied."""

    def test_nothing_is_copied_if_anything_is_wrong(self) -> None:
        (self.source / 'a').write_text('a')
        (self.tree / 'c').mkdir()
        result = self.copy(('a', 'a'), ('no', 'b'), ('a', 'c'))
        missing = f'{self.source}/no: No such file or directory'
        way = f'{self.tree}/c: a folder is in the way'
        self.assert_failed(result, f'{missing}; {way}')
        self.assertEqual({'c': None}, self.everything())

    def test_a_folder_of_too_many_files_is_for_sync(self) -> None:
        for name in 'abc':
            (self.source / 'files' / name).touch()
        with mock.patch.object(sources, 'MOST', 2):
            result = self.copy(('files', 'a'))
        said = 'more than 2 files: copy them by type sync'
        self.assert_failed(result, f'{self.source}/files: {said}')
        self.assertEqual({}, self.everything())

    def test_a_link_to_nothing_in_a_folder_is_named(self) -> None:
        (self.source / 'files' / 'link').symlink_to('nothing')
        result = self.copy(('files', 'a'))
        said = 'files/link: No such file or directory'
        self.assert_failed(result, f'{self.source}/{said}')

    def test_a_pipe_does_not_hold_it_up(self) -> None:
        os.mkfifo(self.source / 'pipe')
        result = self.copy(('pipe', 'a'))
        said = f'{self.source}/pipe: this is no plain file'
        self.assert_failed(result, said)

    def test_a_relative_source_needs_a_folder(self) -> None:
        given = {'files': [self.entry('files/a', 'a')]}
        result = self.do('copy_files', given)
        said = 'a relative src needs a task that comes from a folder'
        self.assert_failed(result, f'files/a: {said}')

    def test_what_was_done_before_a_failure_is_told(self) -> None:
        (self.source / 'a').write_text('a')
        real = os.replace

        def replace(old: str, new: str) -> None:
            if str(new).endswith('/b'):
                raise OSError(5, 'Input/output error', old, None, new)
            real(old, new)

        with mock.patch('os.replace', replace):
            result = self.copy(('a', 'a'), ('a', 'b'))
        said = f'{self.tree}/b: Input/output error'
        self.assert_failed(result, said)
        self.assertEqual(1, (result.summary or {})['changed'])
        self.assertEqual({'a': b'a'}, self.everything())

    def test_a_secret_is_in_no_message(self) -> None:
        given = {'files': [self.entry('/no/hunter2', 'a')]}
        result = self.do('copy_files', given, secrets=('hunter2',))
        self.assertNotIn('hunter2', f'{result.message} {result.summary}')


class TestUploadFiles(file_trees.TreeCase):
    """Files that are for one node of many."""

    def upload(self, uid: Any, **more: Any) -> base.Result:
        files = [{'dst': str(self.tree / 'a'), 'data': 'mine'}]
        other = [{'dst': str(self.tree / 'b'), 'data': 'theirs'}]
        nodes = [{'uid': uid, 'files': files}, {'uid': 9, 'files': other}]
        return self.do('upload_files', {'nodes': nodes}, **more)

    def test_a_node_is_known_by_its_name(self) -> None:
        self.upload('n1')
        self.assertEqual({'a': b'mine'}, self.everything())

    def test_a_node_is_known_by_its_uid(self) -> None:
        self.upload('5', attributes={'uid': 5})
        self.assertEqual({'a': b'mine'}, self.everything())

    def test_a_node_without_files_is_ready(self) -> None:
        result = self.upload('n2')
        self.assertEqual('ready', result.state)
        self.assertEqual(
            {'changed': 0, 'done': ['nothing: no files are for n1']},
            result.summary,
        )
