"""One process serves API, engine and agent: asked, killed, ended."""

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from trailmark.db import runs as db_runs
from trailmark.tests.functional import base, processes, serving, sidelog


class ServeTest(serving.ServingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(self.folder / 'log', 3, 4, 0.3)

    def test_a_folder_is_deployed_through_the_endpoint(self) -> None:
        _, url = self.serve()

        done = self.at(url).run('deploy', str(self.log.deployment))

        self.assertEqual(0, done.code, done.err)
        self.assertIn('Run 1 is ready', done.out)
        self.assertEqual(12, len(self.log.finished()))
        self.assertFalse((self.folder / 'elsewhere').exists())

    def test_a_run_that_is_in_work_at_kill_9_goes_on_by_itself(self) -> None:
        process, url = self.serve()
        self._begin(url)
        self.until(lambda: len(self.log.finished()) > 2, 'some are done')
        processes.kill(process)
        before, since = self.ready(self.database(), 1), self._starts()

        self.serve(serving.port_of(url))

        self.assertEqual('ready', self.ended(url, 1))
        self.check_nothing_lost(self.database(), self.log, before, since)

    def test_a_run_of_another_process_is_taken_over_at_once(self) -> None:
        _, url = self.serve()
        deploy = self.start(self.beside, 'deploy', str(self.log.deployment))
        self.until(lambda: len(self.log.finished()) > 2, 'some are done')
        processes.kill(deploy)
        before, since = self.ready(self.database(), 1), self._starts()

        self.assertEqual('ready', self.ended(url, 1))
        self.check_nothing_lost(self.database(), self.log, before, since)

    def test_sigterm_leaves_the_run_to_who_serves_next(self) -> None:
        process, url = self.serve()
        self._begin(url)
        self.until(lambda: len(self.log.finished()) > 2, 'some are done')
        process.send_signal(signal.SIGTERM)
        code, said = self.end(process)
        self.assertEqual(0, code, said)
        self.assertIsNone(db_runs.get(self.database(), 1).pid)
        before, since = self.ready(self.database(), 1), self._starts()

        self.serve(serving.port_of(url))

        self.assertEqual('ready', self.ended(url, 1))
        self.check_nothing_lost(self.database(), self.log, before, since)

    def test_a_command_beside_it_stops_a_run_that_it_drives(self) -> None:
        self.log.hold()
        _, url = self.serve()
        self._begin(url)
        self.until(self.log.started, 'it has begun')

        done = self.beside.run('run', 'stop', '1')

        self.log.let_go()

        self.assertEqual(0, done.code, done.err)
        self.assertEqual('stopped', self.ended(url, 1))

    def test_who_follows_a_run_survives_a_restart(self) -> None:
        process, url = self.serve()
        deploy = self.start(self.at(url), 'deploy', str(self.log.deployment))
        self.until(self.log.started, 'it has begun')
        processes.kill(process)

        self.serve(serving.port_of(url))

        code, said = self.end(deploy)
        self.assertEqual(0, code, said)
        self.assertIn('Run 1 is ready', said)

    def test_events_are_told_while_the_run_goes_on_and_end_with_it(
        self,
    ) -> None:
        self.log.hold()
        _, url = self.serve()
        self._begin(url)

        with httpx.stream('GET', f'{url}/api/v1/runs/1/events') as answer:
            lines = answer.iter_lines()
            first = next(line for line in lines if line.startswith('data'))
            self.log.let_go()
            rest = [line for line in lines if line.startswith('data')]

        self.assertIn('"new":"running"', first)
        self.assertIn('"status":"ready"', rest[-1])
        ready = [line for line in rest if '"new":"ready"' in line]
        self.assertEqual(12, sum('"node":"' in line for line in ready))

    def test_who_listens_to_events_does_not_hold_up_the_end(self) -> None:
        self.log.hold()
        process, url = self.serve()
        self._begin(url)

        with httpx.stream('GET', f'{url}/api/v1/runs/1/events') as answer:
            next(answer.iter_lines())
            process.send_signal(signal.SIGTERM)
            self.log.let_go()
            code, said = self.end(process, 20)

        self.assertEqual(0, code, said)

    def test_an_address_that_is_taken_is_refused(self) -> None:
        _, url = self.serve()
        port = str(serving.port_of(url))
        other = self.trailmark(options={'engine__name': 'other'})

        done = other.run('serve', '--port', port)

        self.assertEqual(2, done.code, done.err)
        self.assertIn(f'can not listen on 127.0.0.1 port {port}', done.err)

    def test_a_second_one_on_the_same_database_is_refused(self) -> None:
        self.serve()

        done = self.beside.run('serve', '--port', '0')

        self.assertEqual(2, done.code, done.err)
        self.assertRegex(done.err, r'Engine \S+ runs already')

    def test_it_lets_nobody_in_from_elsewhere_without_users(self) -> None:
        done = self.beside.run('serve', '--host', '0.0.0.0', '--port', '0')

        self.assertEqual(2, done.code, done.err)
        self.assertIn('0.0.0.0 is no loopback address', done.err)

    def _begin(self, url: str) -> None:
        done = self.at(url).run('deploy', '--detach', str(self.log.deployment))
        self.assertEqual(0, done.code, done.err)

    def _starts(self) -> int:
        return len(self.log.started())


class EndpointTest(serving.ServingTestCase):
    """The same commands end the same way as those of one process."""

    def test_bad_input_is_told_in_the_same_words(self) -> None:
        wrong = self._deployment({'id': 'a', 'type': 'shel'})
        _, url = self.serve()

        here = self.beside.run('deploy', wrong)
        there = self.at(url).run('deploy', wrong)

        self.assertEqual((2, ''), (here.code, here.out))
        self.assertEqual(here, there)

    def test_a_run_that_fails_is_exit_code_1(self) -> None:
        failing = self._deployment(base.shell('a', 'echo no; exit 3'))
        _, url = self.serve()

        done = self.at(url).run('deploy', failing)

        self.assertEqual(1, done.code, done.err)
        self.assertIn('a@n1 failed: attempt 1, exit code 3', done.out)

    def test_faults_and_checkpoints_of_a_run_are_listed(self) -> None:
        work = 'echo step > "$TRAILMARK_CHECKPOINT"; sleep 1; exit 3'
        task = base.shell('a', work)
        _, url = self.serve(options={'agent__report_interval': 0.2})
        self.at(url).run('deploy', self._deployment(task))

        [fault] = httpx.get(f'{url}/api/v1/runs/1/faults').json()['faults']
        kept = httpx.get(f'{url}/api/v1/runs/1/checkpoints').json()

        self.assertEqual(('a', 'n1', 1), _of(fault))
        self.assertIn('exit code 3', fault['message'])
        [left] = kept['checkpoints']
        self.assertEqual(('a', 'n1', 1), _of(left))

    def test_an_api_that_is_not_there_is_exit_code_4(self) -> None:
        done = self.at('http://127.0.0.1:1').run('run', 'list')

        self.assertEqual(4, done.code)
        self.assertIn('The API at http://127.0.0.1:1 does not', done.err)

    def test_the_database_is_not_touched_in_the_name_of_an_endpoint(
        self,
    ) -> None:
        done = self.at('http://127.0.0.1:1').run('db', 'upgrade')

        self.assertEqual(2, done.code)
        self.assertIn('leave out --endpoint', done.err)
        self.assertFalse((self.folder / 'elsewhere').exists())

    def test_a_body_without_end_is_cut_off(self) -> None:
        options = {'oslo_middleware__max_request_body_size': 1000}
        _, url = self.serve(options=options)

        answer = httpx.post(f'{url}/api/v1/graphs/lint', content=[b'x' * 1001])

        self.assertEqual(413, answer.status_code)
        self.assertEqual('body_too_large', answer.json()['error']['code'])

    def _deployment(self, *tasks: object) -> str:
        folder = self.folder / 'web'
        files = {
            'nodes.yaml': base.nodes('n1'),
            'release/default.yaml': list(tasks),
        }
        return str(base.write(folder, files))


def _of(entry: Mapping[str, Any]) -> tuple[str, str, int]:
    """The attempt that a fault or a checkpoint is of."""
    return entry['task'], entry['node'], entry['attempt']


class UsersTest(serving.ServingTestCase):
    """Users of a file, over the wire."""

    def setUp(self) -> None:
        super().setUp()
        users = Path(__file__).with_name('htpasswd')
        _, self.url = self.serve(
            options={
                'api__auth_strategy': 'http_basic',
                'api__http_basic_auth_user_file': users,
                'api__readers': 'rita',
            }
        )
        self.deployment = base.write(
            self.folder / 'web',
            {
                'nodes.yaml': base.nodes('n1'),
                'release/default.yaml': [base.shell('a', 'true')],
            },
        )

    def test_nobody_is_told_anything(self) -> None:
        done = self.at(self.url).run('run', 'list')

        self.assertEqual((2, ''), (done.code, done.out))
        self.assertIn('Say who you are', done.err)

    def test_who_asked_for_a_run_stands_in_its_history(self) -> None:
        maria = self.at(
            self.url, TRAILMARK_USER='maria', TRAILMARK_PASSWORD='m-secret'
        )

        done = maria.run('deploy', str(self.deployment))

        self.assertEqual(0, done.code, done.err)
        request = db_runs.get(self.database(), 1).request
        self.assertEqual('maria', request['context']['user'])

    def test_a_reader_of_netrc_looks_and_does_nothing(self) -> None:
        netrc = self.folder / 'netrc'
        netrc.write_text('machine 127.0.0.1 login rita password r-secret\n')
        rita = self.at(self.url, NETRC=str(netrc))

        looked = rita.run('run', 'list')
        done = rita.run('deploy', str(self.deployment))

        self.assertEqual(0, looked.code, looked.err)
        self.assertEqual(2, done.code)
        self.assertIn('User rita may not do this', done.err)
