"""Which guard the options make."""

import pathlib
import tempfile
import unittest

from trailmark.api import admission as guards
from trailmark.app import admission
from trailmark.common import exceptions
from trailmark.tests.unit.api import secured


class GuardTest(unittest.TestCase):
    def test_noauth_is_for_loopback_addresses(self) -> None:
        conf = secured.configuration()

        for host in ('127.0.0.1', '127.1.2.3', '::1', 'localhost'):
            with self.subTest(host):
                made = admission.guard(conf, host)
                self.assertIsInstance(made, guards.Anybody)

    def test_noauth_is_refused_where_others_reach_it(self) -> None:
        conf = secured.configuration()

        for host in ('0.0.0.0', '::', '', '192.0.2.1', 'ctl1', '127.evil.org'):
            with (
                self.subTest(host),
                self.assertRaises(exceptions.ConfigurationRefused),
            ):
                admission.guard(conf, host)

    def test_http_basic_without_a_file_is_refused(self) -> None:
        conf = self._basic('/nowhere/htpasswd')

        with self.assertRaisesRegex(
            exceptions.ConfigurationRefused, '/nowhere/htpasswd'
        ):
            admission.guard(conf, '0.0.0.0')

    def test_http_basic_serves_on_every_address(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        file = pathlib.Path(folder) / 'htpasswd'
        file.write_text(secured.line('maria'))

        made = admission.guard(self._basic(str(file)), '0.0.0.0')

        self.assertTrue(made.auth_required)

    def _basic(self, file: str) -> object:
        conf = secured.configuration()
        conf.set_override('auth_strategy', 'http_basic', group='api')
        conf.set_override('http_basic_auth_user_file', file, group='api')
        return conf
