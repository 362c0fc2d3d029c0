"""Files that a deployment brings to its nodes, by the whole of Trailmark."""

import json
import shutil
import unittest
from typing import Any

from trailmark.tests.functional import base


def _task(name: str, type_: str, **parameters: Any) -> dict[str, Any]:
    return {
        'id': name,
        'type': type_,
        'version': '2.1.0',
        'roles': ['w'],
        'parameters': {'retries': 0, **parameters},
    }


GRAPH = [
    _task('motd', 'upload_file', path='etc/motd', data='hello\n'),
    _task(
        'conf',
        'copy_files',
        files=[{'src': 'files/conf', 'dst': 'etc/conf'}],
        permissions='0600',
    ),
    _task('site', 'sync', src='site/', dst='www'),
    _task(
        'own',
        'upload_files',
        nodes=[{'uid': 'n1', 'files': [{'dst': 'own', 'data': 'mine'}]}],
    ),
]
FILES = {
    'nodes.yaml': base.nodes('n1', 'n2'),
    'release/default.yaml': GRAPH,
    'release/files/conf': b'\xff\0',
    'release/site/a/index': 'page',
}


@unittest.skipUnless(shutil.which('rsync'), 'rsync is not installed')
class FilesTest(base.ProcessTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.dir = base.write(self.folder / 'shop', FILES)
        self.cli = self.trailmark()

    def deploy(self, *options: str) -> str:
        process = self.start(self.cli, 'deploy', str(self.dir), *options)
        code, said = self.end(process)
        self.assertEqual(0, code, said)
        return said

    def found(self) -> dict[str, bytes]:
        nodes = self.folder / 'state' / 'nodes' / 'shop'
        return {
            str(path.relative_to(nodes)): path.read_bytes()
            for path in nodes.rglob('*')
            if path.is_file()
        }

    def test_each_node_gets_its_files(self) -> None:
        self.deploy()
        self.deploy()

        every = {
            'etc/motd': b'hello\n',
            'etc/conf': b'\xff\0',
            'www/a/index': b'page',
        }
        wanted = {
            f'{node}/{path}': content
            for node in ('n1', 'n2')
            for path, content in every.items()
        }
        self.assertEqual({**wanted, 'n1/own': b'mine'}, self.found())

    def test_the_noop_twins_tell_and_write_nothing(self) -> None:
        self.deploy('--noop')

        shown = self.start(
            self.cli, 'task', 'show', '1', 'motd@n1', '-f', 'json'
        )
        _code, said = self.end(shown)
        self.assertIn('+hello', said)
        self.assertEqual({}, self.found())

    def test_a_dry_run_tells_the_plan_and_writes_nothing(self) -> None:
        told = self.deploy('--dry-run')
        document = json.loads(self.deploy('--dry-run', '--format', 'json'))

        self.assertIn('write etc/motd: 6 bytes, mode 0644', told)
        self.assertEqual(
            ['motd', 'conf', 'site', 'own', 'own'],
            [each['task'] for each in document['plan']],
        )
        self.assertEqual({}, self.found())

    def test_a_missing_source_ends_the_run_with_its_name(self) -> None:
        (self.dir / 'release' / 'files' / 'conf').unlink()

        process = self.start(self.cli, 'deploy', str(self.dir))
        code, said = self.end(process)

        self.assertEqual(1, code, said)
        missing = self.dir / 'release' / 'files' / 'conf'
        self.assertIn(f'{missing}: No such file or directory', said)
