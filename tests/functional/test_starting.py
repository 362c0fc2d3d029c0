"""Services are told to end while they start, at every moment of it."""

import pathlib
import signal
import subprocess
import sys
import time

from trailmark.db import connection, schema
from trailmark.tests import brokers, databases
from trailmark.tests.functional import base, processes, serving

_ENGINE = (str(pathlib.Path(sys.executable).with_name('trailmark-engine')),)
_TRAILMARK = (str(pathlib.Path(sys.executable).with_name('trailmark')),)
#: Seconds after the first line of the program; it serves before the last.
_MOMENTS = (0.0, 0.1, 0.25, 0.45, 0.7, 1.0, 1.4, 2.0, 3.5)


class StartingTest(base.ProcessTestCase):
    """With a broker, and a database in a file."""

    def setUp(self) -> None:
        super().setUp()
        reason = brokers.why_not('rabbit')
        if reason is not None:
            self.skipTest(reason)
        conf = brokers.configuration('rabbit')
        url = databases.fresh_url('sqlite')
        database = connection.Database(url)
        schema.upgrade(database)
        database.dispose()
        self.options = {
            'OS_DATABASE__CONNECTION': url,
            'OS_DEFAULT__TRANSPORT_URL': conf.transport_url,
            'OS_DEFAULT__CONTROL_EXCHANGE': conf.control_exchange,
        }

    def _started(
        self, command: tuple[str, ...], *words: str
    ) -> subprocess.Popen[str]:
        """A process whose first line has run."""
        program = processes.Trailmark(self.folder / 'state', None, command)
        program.environment.update(self.options)
        process = self.start(program, *words)
        self.until(lambda: _catches(process), 'the first line')
        return process

    def _check_ends(self, command: tuple[str, ...], *words: str) -> None:
        for moment in _MOMENTS:
            process = self._started(command, *words)
            time.sleep(moment)

            process.send_signal(signal.SIGTERM)

            code, said = self.end(process, 60)
            self.assertEqual(0, code, f'after {moment} s: {said}')
            self.assertNotIn('Traceback', said)

    def test_an_agent_ends_with_0(self) -> None:
        self._check_ends(processes.AGENT, '--node', 'n1')

    def test_an_engine_ends_with_0(self) -> None:
        self._check_ends(_ENGINE, '--name', 'e1')

    def test_an_api_ends_with_0(self) -> None:
        port = str(serving.free_port())
        self._check_ends(processes.API, '--port', port)

    def test_serve_ends_with_0(self) -> None:
        del self.options['OS_DEFAULT__TRANSPORT_URL']
        port = str(serving.free_port())
        self._check_ends(_TRAILMARK, 'serve', '--port', port)

    def test_an_engine_that_waits_for_its_database_ends_with_0(self) -> None:
        port = serving.free_port()
        self.options['OS_DATABASE__CONNECTION'] = (
            f'postgresql+psycopg2://root@127.0.0.1:{port}/test'
        )
        process = self._started(_ENGINE, '--name', 'e1')
        self.until(
            lambda: 'Connection refused' in base.said(process), 'it asks'
        )

        process.send_signal(signal.SIGTERM)

        code, said = self.end(process, 60)
        self.assertEqual(0, code, said)


def _catches(process: subprocess.Popen[str]) -> bool:
    """Whether a process handles SIGTERM."""
    text = pathlib.Path(f'/proc/{process.pid}/status').read_text()
    [caught] = [
        line.split()[1]
        for line in text.splitlines()
        if line.startswith('SigCgt')
    ]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)
