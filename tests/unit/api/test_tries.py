"""How often passwords may be tried, and how long who tried too often waits."""

import base64
import unittest

import httpx
from werkzeug import Request

from trailmark.api import guards, tries
from trailmark.common import exceptions
from trailmark.tests.unit.api import listening, secured


class TriesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 0.0
        self.tries = tries.Tries(10, 300.0, lambda: self.now)

    def fail_from(self, address: str, user: str = 'ada', times: int = 10):
        """Tries that do not fit, while there may be any."""
        for _ in range(times):
            self.tries.check(user, address)
            self.tries.failed(user, address)

    def refused(self, user: str, address: str) -> int:
        """Seconds to wait."""
        with self.assertRaises(exceptions.TriesExceeded) as caught:
            self.tries.check(user, address)
        return caught.exception.seconds

    def test_after_ten_a_user_waits_at_that_address_alone(self) -> None:
        self.fail_from('a')

        self.assertEqual(31, self.refused('ada', 'a'))
        self.tries.check('ada', 'b')
        self.tries.check('rita', 'a')

    def test_who_has_waited_may_try_once_more(self) -> None:
        self.fail_from('a')
        self.now += 31

        self.fail_from('a', times=1)

        self.refused('ada', 'a')

    def test_who_is_let_in_begins_anew(self) -> None:
        self.fail_from('a', times=9)
        self.tries.let_in('ada', 'a')

        self.fail_from('a', times=10)

    def test_an_address_tries_a_hundred_users(self) -> None:
        for number in range(100):
            self.fail_from('a', f'u{number}', 1)

        self.refused('another', 'a')

    def test_a_user_is_tried_a_hundred_times_from_everywhere(self) -> None:
        self.tries.let_in('ada', 'home')
        for number in range(100):
            self.fail_from(f'a{number}', times=1)

        self.refused('ada', 'another')
        self.tries.check('ada', 'home')

    def test_what_is_kept_is_bounded(self) -> None:
        for number in range(30_000):
            self.tries.failed(f'{number}' * 100, f'{number}')
            self.tries.let_in(f'{number}', f'{number}')

        sizes = [len(vars(self.tries)[name]) for name in ('_counts', '_known')]
        self.assertEqual([20_000, 20_000], sizes)


class AnswerTest(secured.SecuredTestCase):
    def test_who_tried_too_often_is_told_how_long_to_wait(self) -> None:
        client = self.asks('maria', 'wrong')
        codes = [client.get('/api/v1/runs').status_code for _ in range(10)]

        answer = client.get('/api/v1/runs')

        self.assertEqual({401}, set(codes))
        error = self.assert_refused(answer, 429, 'tries_exceeded')
        self.assertIn(answer.headers['Retry-After'], error['message'])

    def test_a_right_password_does_not_show_while_waiting(self) -> None:
        wrong, right = self.asks('maria', 'wrong'), self.asks('maria')
        right.get('/api/v1/runs')
        for _ in range(10):
            wrong.get('/api/v1/runs')

        self.assertEqual(429, right.get('/api/v1/runs').status_code)

    def test_tokens_are_tried_as_often(self) -> None:
        said = {'username': 'maria', 'password': 'wrong'}
        body = {'auth': {'passwordCredentials': said}}
        client = self.asks()

        codes = [
            client.post('/keystone/v2.0/tokens', json=body).status_code
            for _ in range(11)
        ]

        self.assertEqual([401] * 10 + [429], codes)

    def test_nova_and_sahara_are_told_in_their_words(self) -> None:
        client = self.asks('maria', 'wrong')
        for _ in range(10):
            client.get('/v2.1/servers')

        nova = client.get('/v2.1/servers')
        sahara = client.get('/v1.1/x/clusters')

        self.assertEqual(429, nova.json()['computeFault']['code'])
        self.assertEqual(429, sahara.json()['error_code'])


class AddressTest(listening.ListeningTestCase):
    def _codes(self, forwarded: str) -> set[int]:
        """What is answered to tries, each with another first address."""
        wrong = base64.b64encode(b'maria:wrong').decode()
        return {
            httpx.get(
                f'{self.url}/api/v1/runs',
                headers={
                    'Authorization': f'Basic {wrong}',
                    'X-Forwarded-For': forwarded.format(number),
                },
            ).status_code
            for number in range(12)
        }

    def test_what_a_header_says_is_no_address(self) -> None:
        self.listen()

        self.assertEqual({401, 429}, self._codes('10.0.0.{}'))

    def test_of_several_the_last_proxy_saw_the_last(self) -> None:
        request = Request({'REMOTE_ADDR': '10.0.0.1, 192.0.2.7'})

        self.assertEqual('192.0.2.7', guards.address_of(request))
