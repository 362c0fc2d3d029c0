"""What is told of who answers at an endpoint, if it is not Trailmark."""

import importlib.metadata
import pathlib
import tempfile
from collections.abc import Iterable
from typing import Any

import testtools
import trustme

from trailmark.cli import connection, http
from trailmark.common import exceptions
from trailmark.tests.unit.cli import answering, double

_MINE = importlib.metadata.version('trailmark')


class StrangersTest(testtools.TestCase):
    """`run list` at endpoints of several kinds."""

    def call(self, url: str, **options: Any) -> double.Said:
        """The command at an endpoint."""
        said = connection.Options(endpoint=url, **options)
        return double.call(http.connect(said), 'run', 'list')

    def at(
        self, application: answering.Application, **options: Any
    ) -> double.Said:
        """The command where this answers."""
        with answering.served(application) as url:
            return self.call(url, **options)

    def test_an_endpoint_where_nobody_listens_is_away(self) -> None:
        said = self.call('http://127.0.0.1:1')

        self.assertEqual(4, said.code)
        self.assertIn('http://127.0.0.1:1 does not answer', said.err)

    def test_another_server_is_named_as_such(self) -> None:
        said = self.at(_says('200 OK', '<html>'))

        self.assertEqual((2, ''), (said.code, said.out))
        self.assertIn('is not Trailmark: it says 200 OK', said.err)

    def test_a_redirect_of_another_server_tells_where_to(self) -> None:
        there = ('Location', 'https://login.example/')

        said = self.at(_says('302 Found', '', there))

        self.assertIn('302 Found, go to https://login.example/', said.err)

    def test_a_proxy_with_nobody_behind_it_is_an_api_that_is_away(
        self,
    ) -> None:
        said = self.at(_says('502 Bad Gateway', '<html>'))

        self.assertEqual(4, said.code)
        self.assertIn('502 Bad Gateway, says what is in front', said.err)

    def test_another_version_is_warned_of_once(self) -> None:
        said = self.at(answering.Named(_runs(pages=2), '99.1.0'))

        self.assertEqual(0, said.code, said.err)
        self.assertEqual(1, said.err.count('is Trailmark 99.1.0'))
        self.assertIn(f'this command is {_MINE}', said.err)

    def test_another_patch_of_the_same_version_is_fine(self) -> None:
        patched = '.'.join([*_MINE.split('.')[:2], '99'])

        said = self.at(answering.Named(_runs(), patched))

        self.assertEqual((0, ''), (said.code, said.err))


class CertificatesTest(StrangersTest):
    """The same over TLS, with a certificate of an authority of its own."""

    def setUp(self) -> None:
        super().setUp()
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.authority = trustme.CA()
        self.cacert = self._write('ca', self.authority.cert_pem)

    def _write(self, name: str, blob: trustme.Blob) -> str:
        path = self.folder / name
        blob.write_to_path(str(path))
        return str(path)

    def at(
        self,
        application: answering.Application,
        host: str = '127.0.0.1',
        **options: Any,
    ) -> double.Said:
        made = self.authority.issue_cert(host)
        pair = (
            self._write('cert', made.cert_chain_pems[0]),
            self._write('key', made.private_key_pem),
        )
        options = {'cacert': self.cacert, **options}
        with answering.served(application, pair) as url:
            return self.call(url, **options)

    def test_a_certificate_of_an_unknown_authority_is_refused(self) -> None:
        said = self.at(answering.Named(_runs(), _MINE), cacert=None)

        self.assertEqual(2, said.code)
        self.assertIn('is not trusted', said.err)
        self.assertIn('--cacert FILE', said.err)

    def test_a_certificate_of_another_host_is_refused(self) -> None:
        named = answering.Named(_runs(), _MINE)

        said = self.at(named, host='elsewhere.example')

        self.assertEqual(2, said.code)
        self.assertIn("not valid for '127.0.0.1'", said.err)

    def test_a_file_of_certificates_that_is_none_is_refused(self) -> None:
        options = connection.Options((), 'https://a', cacert='/nowhere')

        self.assertRaisesRegex(
            exceptions.ConfigurationRefused,
            '/nowhere: No such file',
            http.connect,
            options,
        )

    def test_tls_is_not_spoken_to_who_speaks_none(self) -> None:
        with answering.served(_runs()) as url:
            said = self.call(url.replace('http', 'https'))

        self.assertEqual(2, said.code)
        self.assertIn('is it http://?', said.err)


def _says(
    status: str, body: str, *headers: tuple[str, str]
) -> answering.Application:
    """An application with one answer."""

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start(status, [*headers, ('Content-Type', 'text/html')])
        return [body.encode()]

    return answer


def _runs(pages: int = 1) -> answering.Application:
    """An API whose list of runs is empty but goes on."""
    api = double.Api()
    for page in range(pages):
        following = None if page == pages - 1 else page
        api.answer('GET', 'runs', {'runs': [], 'next': following})
    return api
