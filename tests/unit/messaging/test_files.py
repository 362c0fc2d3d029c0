"""Files over a broker: they arrive as they are, and so do errors."""

import time
from typing import Any
from unittest import mock

import testscenarios
import testtools

from trailmark.messaging import agents, files, transport
from trailmark.tests import brokers

load_tests = testscenarios.load_tests_apply_scenarios


class _Files:
    """Has one file and one folder."""

    def page(self, path: str, start: int) -> files.Page:
        if path == '/folder':
            return files.Page(True, (files.Entry('a', 0o640, 0o755),), True)
        raise PermissionError(13, 'Permission denied', path)

    def piece(self, path: str, offset: int) -> files.Piece:
        if path == '/broken':
            raise RuntimeError('a bug')
        return files.Piece(b'\0\xff' * 100_000, str(offset), 'd' * 64)


class FilesTest(testtools.TestCase):
    scenarios = list(brokers.scenarios())
    kind = 'fake'

    def setUp(self) -> None:
        super().setUp()
        reason = brokers.why_not(self.kind)
        if reason is not None:
            self.skipTest(reason)
        self.transport = transport.make(brokers.configuration(self.kind))
        self.addCleanup(self.transport.cleanup)
        self.client = files.FileClient(self.transport, 'master')

    def serve(self, given: Any) -> None:
        """Have master's agent give files."""
        agent: Any = mock.Mock()
        server = agents.server(
            self.transport, 'master', 'm1', agent, agent, given
        )
        server.start()
        self.addCleanup(server.wait)
        self.addCleanup(server.stop)

    def test_bytes_arrive_as_they_are(self) -> None:
        self.serve(_Files())

        found = self.client.piece('/a', 7)

        self.assertEqual(_Files().piece('/a', 7), found)

    def test_what_is_below_a_folder_arrives(self) -> None:
        self.serve(_Files())

        found = self.client.page('/folder', 0)

        self.assertEqual(_Files().page('/folder', 0), found)

    def test_an_error_of_a_file_arrives_as_what_it_is(self) -> None:
        self.serve(_Files())

        error = self.assertRaises(
            PermissionError, self.client.page, '/secret', 0
        )

        self.assertEqual('/secret', error.filename)

    def test_another_error_is_one_of_the_file_too(self) -> None:
        self.serve(_Files())

        error = self.assertRaises(OSError, self.client.piece, '/broken', 0)

        self.assertIn('node master does not give it', str(error))

    def test_a_wish_that_makes_no_sense_is_refused(self) -> None:
        self.serve(_Files())

        for start in (-1, 2**70, 'x'):
            self.assertRaises(
                OSError, self.client._call, 'page', '/folder', start=start
            )

    def test_master_that_is_gone_is_not_waited_for_long(self) -> None:
        # In memory there are no signs of life.
        patience = 60.0 if self.kind == 'rabbit' else 1.0
        client = files.FileClient(self.transport, 'master', 1, patience)
        began = time.monotonic()

        self.assertRaises(TimeoutError, client.piece, '/a', 0)

        self.assertLess(time.monotonic() - began, 10)
