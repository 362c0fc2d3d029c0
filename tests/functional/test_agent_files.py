"""Files of master on a node whose agent is another process."""

import os
import threading
from typing import Any

from trailmark.agent import files
from trailmark.tests.functional import agents, processes
from trailmark.tests.unit.agent import engines as dispatches


class CopiesTest(agents.AgentTestCase):
    """`copy_files` on node n1, with and without an agent of master."""

    def setUp(self) -> None:
        super().setUp()
        self.there, self.here = self.folder / 'layer', self.folder / 'node'
        self.there.mkdir()
        self.agent()

    def copy(self, src: str) -> None:
        """Have n1 copy a source of the layer."""
        entry = {'src': src, 'dst': str(self.here)}
        parameters: dict[str, Any] = {'files': [entry]}
        attempt = dispatches.attempt(
            '1.0.0.0.1',
            type='copy_files',
            parameters=parameters,
            source=str(self.there),
        )
        self.engine.dispatch(attempt)

    def test_a_folder_comes_from_masters_agent(self) -> None:
        self.agent(node='master')
        content = os.urandom(5 * files.CHUNK + 1)
        (self.there / 'deep').mkdir()
        (self.there / 'deep' / 'large').write_bytes(content)
        (self.there / 'deep' / 'large').chmod(0o751)

        self.copy('.')

        found = self.outcome('1.0.0.0.1')
        self.assertEqual('ready', found.state, found.message)
        large = self.here / 'deep' / 'large'
        self.assertEqual(content, large.read_bytes())
        self.assertEqual(0o751, large.stat().st_mode & 0o777)

    def test_a_source_that_is_not_there_is_named(self) -> None:
        self.agent(node='master')

        self.copy('absent')

        said = f'{self.there}/absent: No such file or directory'
        self.assertEqual(said, self.outcome('1.0.0.0.1').message)

    def test_without_an_agent_of_master_the_attempt_says_so(self) -> None:
        (self.there / 'a').write_text('a')

        self.copy('a')

        found = self.outcome('1.0.0.0.1')
        said = f'{self.there}/a: no agent of node master answers'
        self.assertEqual(said, found.message)
        self.assertFalse(self.here.exists())

    def test_masters_agent_may_be_killed_meanwhile(self) -> None:
        master = self.agent('--name', 'm1', node='master')
        large = self.there / 'large'
        large.touch()
        os.truncate(large, 2000 * files.CHUNK)
        self.copy('large')
        self.until(
            lambda: list((self.folder / 'state').rglob('source-0')),
            'it is on its way',
        )

        processes.kill(master)

        found = self.outcome('1.0.0.0.1')
        self.assertIn('no agent of node master answers', found.message)
        self.assertFalse(self.here.exists())

    def test_another_agent_of_master_goes_on_with_it(self) -> None:
        for name in ('m1', 'm2'):
            master = self.agent('--name', name, node='master')
        (self.there / 'large').write_bytes(os.urandom(40 * files.CHUNK))
        stopper = threading.Timer(0.2, master.terminate)
        stopper.start()
        self.addCleanup(stopper.join)

        self.copy('large')

        found = self.outcome('1.0.0.0.1')
        self.assertEqual('ready', found.state, found.message)
        expected = (self.there / 'large').read_bytes()
        self.assertEqual(expected, self.here.read_bytes())
