"""Requests as bytes: what two could read in two ways is refused."""

import json

from trailmark.tests.unit.api import listening

_GET = b'GET /healthz HTTP/1.1\r\n'
_HOST = b'Host: 127.0.0.1\r\n'
_POST = b'POST /keystone/v2.0/tokens HTTP/1.1\r\n' + _HOST
_END = b'Connection: close\r\n\r\n'
_REFUSED = {
    'two lengths': _POST + b'Content-Length: 2\r\nContent-Length: 3\r\n',
    'one length twice': _POST + b'Content-Length: 2\r\nContent-Length: 2\r\n',
    'a length with a sign': _POST + b'Content-Length: +5\r\n',
    'a negative length': _POST + b'Content-Length: -5\r\n',
    'a length of many digits': _POST
    + b'Content-Length: 1%s\r\n' % (b'0' * 99),
    'a list of lengths': _POST + b'Content-Length: 2, 2\r\n',
    'a length with an underscore': _POST + b'Content-Length: 1_0\r\n',
    'a length and chunks': _POST
    + b'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    'another coding': _POST + b'Transfer-Encoding: gzip, chunked\r\n',
    'a blank before a colon': _GET + _HOST + b'Accept : */*\r\n',
    'a header without a colon': _GET + _HOST + b'Accept\r\n',
    'a header on two lines': _GET + _HOST + b'Accept: a\r\n b\r\n',
    'a name with a blank': _GET + _HOST + b'Ac cept: a\r\n',
    'no host': _GET,
    'two hosts': _GET + _HOST + _HOST,
    'a host that is none': _GET + b'Host: a/b@c\r\n',
    'NUL in a header': _GET + _HOST + b'Accept: a\0b\r\n',
    'NUL in a name': _GET + _HOST + b'Acc\0ept: a\r\n',
    'CR in a header': _GET + _HOST + b'Accept: a\rb\r\n',
    'NUL in the target': b'GET /heal\0thz HTTP/1.1\r\n' + _HOST,
    'a blank in the target': b'GET /heal thz HTTP/1.1\r\n' + _HOST,
    'a tab after the method': b'GET\t/healthz HTTP/1.1\r\n' + _HOST,
    'a version that is none': b'GET /healthz HTTP/1.+1\r\n' + _HOST,
    'chunks in HTTP/1.0': b'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n',
    'too many headers': _GET + _HOST + b'a: b\r\n' * 300,
}
_CHUNKED = (
    b'POST /api/v1/graphs/lint HTTP/1.1\r\nHost: 127.0.0.1\r\n'
    b'Authorization: Basic YWRhOmFkYWFkYQ==\r\n'
    b'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n'
)


class FramingTest(listening.ListeningTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.listen()

    def test_what_is_doubtful_is_answered_400(self) -> None:
        for name, said in _REFUSED.items():
            with self.subTest(name):
                self.assertEqual(400, self.status(said + _END))

    def test_what_is_right_is_answered(self) -> None:
        for said in (
            _GET + _HOST,
            b'\r\n' + _GET + b'Host: [::1]:80\r\n',
            _GET + b'host:127.0.0.1\r\nX_Odd: dropped\r\nAccept:\r\n',
            b'GET /healthz HTTP/1.0\r\n',
        ):
            with self.subTest(said):
                self.assertEqual(200, self.status(said + _END))

    def test_a_body_in_chunks_is_read(self) -> None:
        body = json.dumps({'files': self.deployment()['files']}).encode()
        half = len(body) // 2
        sent = b''.join(
            b'%x;ext=1\r\n%s\r\n' % (len(part), part)
            for part in (body[:half], body[half:])
        )

        status = self.status(_CHUNKED + sent + b'0\r\nTrailer: x\r\n\r\n')

        self.assertEqual(200, status)

    def test_chunks_that_can_not_be_read_are_answered_400(self) -> None:
        for sent in (
            b'+2\r\n{}\r\n0\r\n\r\n',
            b'0x2\r\n{}\r\n0\r\n\r\n',
            b'-2\r\n{}\r\n0\r\n\r\n',
            b'1_0\r\n{}\r\n0\r\n\r\n',
            b'\r\n{}\r\n0\r\n\r\n',
            b'2\r\n{}xx0\r\n\r\n',
            b'2\n{}\r\n0\r\n\r\n',
            b'2\r\n{}\r\n0\r\nno trailer\r\n\r\n',
        ):
            with self.subTest(sent):
                self.assertEqual(400, self.status(_CHUNKED + sent))

    def test_what_follows_a_body_that_was_not_read_is_no_request(
        self,
    ) -> None:
        hidden = b'GET /api/v1/version HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
        for said in (
            b'Content-Length: 200000\r\n\r\n' + hidden,
            b'Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n'
            + hidden,
        ):
            with self.subTest(said[:20]):
                head = b'POST /api/v1/clusters HTTP/1.1\r\n' + _HOST
                answer = self.answer(head + said)
                self.assertEqual(1, answer.count(b'HTTP/1.1'))
                self.assertIn(b' 401 ', answer)

    def test_requests_that_come_together_are_answered_in_order(self) -> None:
        one = _GET + _HOST + b'\r\n'
        two = b'GET /api/v1/version HTTP/1.1\r\n' + _HOST + _END

        answer = self.answer(one * 3 + two)

        self.assertEqual(4, answer.count(b'HTTP/1.1 200'))
        self.assertLess(
            answer.rindex(b'alive'), answer.index(b'auth_required')
        )
