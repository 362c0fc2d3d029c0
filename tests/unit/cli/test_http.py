"""Which endpoint commands ask, as whom, and what is told of its absence."""

import base64
import contextlib
import os
import pathlib
import tempfile
import unittest
from typing import Any
from unittest import mock

import httpx

from trailmark.cli import connection, endpoints, http, shell
from trailmark.common import exceptions
from trailmark.tests.unit.cli import answering, double

_NOWHERE = 'http://127.0.0.1:1'


class OptionsTest(unittest.TestCase):
    def test_options_come_before_the_environment(self) -> None:
        said = _options(
            '--endpoint http://there --user maria --password one',
            TRAILMARK_ENDPOINT='http://here',
            TRAILMARK_USER='rita',
            TRAILMARK_PASSWORD='two',
        )

        self.assertEqual(
            ('http://there', 'maria', 'one'),
            (said.endpoint, said.user, said.password),
        )

    def test_the_environment_says_what_options_do_not(self) -> None:
        said = _options(
            '',
            TRAILMARK_ENDPOINT='http://here',
            TRAILMARK_USER='rita',
            TRAILMARK_PASSWORD='two',
        )

        self.assertEqual(
            ('http://here', 'rita', 'two'),
            (said.endpoint, said.user, said.password),
        )

    def test_a_user_has_a_second_variable(self) -> None:
        said = _options('', TRAILMARK_USERNAME='rita')

        self.assertEqual('rita', said.user)

    def test_a_password_by_option_is_warned_of(self) -> None:
        line = 'run list --endpoint http:// --user a --password hunter2'

        said = double.call(None, *line.split())

        self.assertIn('can see --password', said.err)
        self.assertNotIn('hunter2', said.err)

    def test_a_password_is_the_first_line_of_its_file(self) -> None:
        with tempfile.NamedTemporaryFile('w') as file:
            file.write('one two\nmore\n')
            file.flush()
            line = f'--endpoint http://a --password-file {file.name}'
            by_option = _options(line)
            variable = {'TRAILMARK_PASSWORD_FILE': file.name}
            by_variable = _options('--endpoint http://a', **variable)

        self.assertEqual('one two', by_option.password)
        self.assertEqual('one two', by_variable.password)

    def test_a_file_of_a_password_that_is_missing_is_refused(self) -> None:
        with self.assertRaisesRegex(
            exceptions.ConfigurationRefused, '/nowhere: No such file'
        ):
            _options('--endpoint http://a --password-file /nowhere')

    def test_without_any_of_them_this_machine_is_asked(self) -> None:
        self.assertIsNone(_options('', TRAILMARK_ENDPOINT='').endpoint)

    def test_a_password_is_not_shown_with_the_options(self) -> None:
        said = _options('--user maria --password hunter2')

        self.assertNotIn('hunter2', repr(said))

    def test_without_an_endpoint_no_password_is_read(self) -> None:
        self.assertIsNone(_options('--password-file /nowhere').password)


class HttpTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.netrc = pathlib.Path(folder) / 'netrc'
        self.enterContext(mock.patch.dict(os.environ, NETRC=str(self.netrc)))

    def opened(
        self, url: str = _NOWHERE, **more: Any
    ) -> connection.Connection:
        """A connection to an endpoint."""
        return self.enterContext(
            contextlib.closing(
                http.connect(connection.Options(endpoint=url, **more))
            )
        )

    def test_runs_are_left_to_who_serves(self) -> None:
        opened = self.opened()

        self.assertTrue(opened.hands_over)
        self.assertTrue(opened.wait(1))
        self.assertIsNone(opened.failure(1))

    def test_an_api_that_does_not_answer_is_an_error_of_ours(self) -> None:
        opened = self.opened()

        with self.assertRaisesRegex(
            exceptions.EndpointUnreachable, f'{_NOWHERE} does not answer'
        ):
            opened.client.get('/api/v1/runs')

    def test_what_is_no_url_of_an_api_is_refused(self) -> None:
        for url in ('ctl1:8000', 'ftp://ctl1', 'http://', 'http://u:p@ctl1'):
            with (
                self.subTest(url),
                self.assertRaises(exceptions.ConfigurationRefused),
            ):
                self.opened(url)

    def test_who_asks_is_who_the_options_say(self) -> None:
        self._write('login rita password two')

        opened = self.opened(user='maria', password='one')

        self.assertEqual('maria:one', _sent(opened))

    def test_without_options_netrc_says_who_asks(self) -> None:
        self._write('login rita password two')

        self.assertEqual('rita:two', _sent(self.opened()))

    def test_netrc_has_the_password_of_the_user_it_names_alone(self) -> None:
        self._write('login rita password two')

        self.assertEqual('rita:two', _sent(self.opened(user='rita')))
        with self.assertRaisesRegex(
            exceptions.ConfigurationRefused, 'maria has no password'
        ):
            self.opened(user='maria')

    def test_nobody_is_named_to_another_host(self) -> None:
        self._write('login rita password two', 'ctl1')

        self.assertIsNone(_sent(self.opened()))

    def test_a_netrc_that_can_not_be_read_is_refused(self) -> None:
        self.netrc.write_text('machines\n')

        with self.assertRaisesRegex(exceptions.ConfigurationRefused, 'netrc'):
            self.opened()

    def test_nothing_that_is_logged_has_the_password(self) -> None:
        with answering.served(double.Api()) as url:
            opened = self.opened(url, user='maria', password='hunter2')
            said = double.call(opened, 'run', 'list', '-v', '-v')

        secret = base64.b64encode(b'maria:hunter2').decode()
        self.assertIn('/api/v1/runs', said.err)
        self.assertNotIn('hunter2', said.err)
        self.assertNotIn(secret, said.err)

    def test_a_file_of_options_must_be_there(self) -> None:
        with self.assertRaisesRegex(
            exceptions.ConfigurationRefused, '/nowhere: No such file'
        ):
            self.opened(config_files=('/nowhere',))

    def _write(self, said: str, host: str = '127.0.0.1') -> None:
        self.netrc.write_text(f'machine {host} {said}\n')


def _options(line: str, **environment: str) -> connection.Options:
    with mock.patch.dict(os.environ, environment):
        made = shell.TrailmarkShell(http.connect)
        return endpoints.options(made.parser.parse_args(line.split()))


def _sent(opened: connection.Connection) -> str | None:
    """The user and the password that a request would bring."""
    auth = opened.client.auth
    if auth is None:
        return None
    request = httpx.Request('GET', _NOWHERE)
    said = next(auth.auth_flow(request)).headers['Authorization']
    return base64.b64decode(said.removeprefix('Basic ')).decode()
