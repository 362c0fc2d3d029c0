"""The demonstration by services, told to end."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from trailmark.tests import leftovers, servers

_CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
_DEMO = _CHECKOUT / 'examples' / 'three-tier' / 'demo_cluster.py'


class DemoClusterTest(unittest.TestCase):
    """It ends all that it started, whenever it is told to end."""

    def setUp(self) -> None:
        missing = servers.why_not()
        if missing is not None:
            self.skipTest(missing)
        above = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, above, ignore_errors=True)
        pathlib.Path(above).chmod(0o755)
        self.folder = pathlib.Path(above, 'demo')
        self.addCleanup(leftovers.end, self.folder)

    def test_before_its_broker_answers(self) -> None:
        self.assert_ended_by(signal.SIGHUP, 'PostgreSQL listens')

    def test_while_its_services_start(self) -> None:
        self.assert_ended_by(signal.SIGINT, '$ trailmark-agent')

    def test_while_its_tasks_run(self) -> None:
        self.assert_ended_by(signal.SIGTERM, '$ kill -9')

    def assert_ended_by(self, how: signal.Signals, moment: str) -> None:
        """A signal at the line that begins so leaves no process."""
        demo = subprocess.Popen(
            [sys.executable, str(_DEMO), str(self.folder)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, 'PYTHONUNBUFFERED': '1'},
        )
        assert demo.stdout is not None
        with demo.stdout:
            for line in demo.stdout:
                if line.startswith(moment):
                    self.assertNotEqual({}, leftovers.of(self.folder))
                    demo.send_signal(how)
        self.assertEqual(128 + how, demo.wait(180))
        self.assertEqual({}, leftovers.of(self.folder))
