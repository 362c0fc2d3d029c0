"""`trailmark-api` before engines that are services, asked by commands."""

import signal
from pathlib import Path

import httpx

from trailmark.db import runs
from trailmark.tests.functional import base, cluster, processes, serving


class ApiDaemonTest(base.ProcessTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.cluster = cluster.begin(self, self.folder)
        self.url = f'http://127.0.0.1:{serving.free_port()}'

    def serve(self, **options: object) -> processes.Trailmark:
        """Start it, with options; commands that ask it as maria."""
        made = processes.Trailmark(self.folder / 'state', None, processes.API)
        made.environment.update(self.cluster.command().environment)
        for name, value in options.items():
            made.environment[f'OS_API__{name.upper()}'] = str(value)
        port = str(serving.port_of(self.url))
        self.daemon = self.start(made, '--port', port)
        self.until(self._is_ready, 'the API is ready')
        asks = processes.Trailmark(self.folder / 'elsewhere')
        asks.environment['TRAILMARK_ENDPOINT'] = self.url
        asks.environment['TRAILMARK_USER'] = 'maria'
        asks.environment['TRAILMARK_PASSWORD'] = 'm-secret'
        return asks

    def test_a_run_is_handed_over_and_followed_by_a_user(self) -> None:
        users = Path(__file__).with_name('htpasswd')
        maria = self.serve(
            auth_strategy='http_basic', http_basic_auth_user_file=users
        )
        self.cluster.add_engine('e1')
        self.cluster.add_agent('n1')
        folder = self._deployment()

        self.until(
            lambda: 'unassigned' in maria.run('service', 'list').out,
            'an agent',
        )
        done = maria.run('deploy', folder)

        self.assertEqual(0, done.code, done.err)
        self.assertIn('is ready', done.out)
        [run] = runs.list_all(self.cluster.database)
        request = runs.get(self.cluster.database, run.id).request
        self.assertEqual('maria', request['context']['user'])

    def test_it_is_not_ready_without_its_database_and_lives(self) -> None:
        self.serve()

        self.cluster.postgresql.end(signal.SIGKILL)

        self.assertEqual(503, httpx.get(f'{self.url}/readyz').status_code)
        self.assertEqual(200, httpx.get(f'{self.url}/healthz').status_code)

    def test_the_page_is_at_the_same_address(self) -> None:
        self.serve()

        answer = httpx.get(f'{self.url}/runs/1')

        self.assertEqual(200, answer.status_code)
        self.assertIn('<title>Trailmark</title>', answer.text)

    def test_sigterm_ends_it(self) -> None:
        self.serve()

        self.daemon.terminate()

        code, said = self.end(self.daemon, 20)
        self.assertEqual(0, code, said)

    def test_without_a_broker_it_is_refused(self) -> None:
        alone = processes.Trailmark(self.folder / 'a', None, processes.API)

        done = alone.run('--port', '0')

        self.assertEqual(2, done.code)
        self.assertIn('transport_url is not set', done.err)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f'{self.url}/readyz').status_code == 200
        except httpx.TransportError:
            return False

    def _deployment(self) -> str:
        files = {
            'nodes.yaml': base.nodes('n1'),
            'release/default.yaml': [base.shell('a', 'true')],
        }
        return str(base.write(self.folder / 'web', files))
