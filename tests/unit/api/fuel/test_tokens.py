"""Tokens over Keystone's API, as Fuel's clients ask for them."""

from typing import Any

import httpx

from trailmark.tests.unit.api import secured, served

_URL = '/keystone/v2.0/tokens'


def _credentials(user: str, secret: str) -> dict[str, Any]:
    said = {'username': user, 'password': secret}
    return {'auth': {'tenantName': 'admin', 'passwordCredentials': said}}


class TokensTest(secured.SecuredTestCase):
    def ask(self, body: Any) -> httpx.Response:
        """Ask for a token, as nobody yet."""
        return self.asks().post(_URL, json=body)

    def given(self, user: str) -> dict[str, Any]:
        """The access that a user is given."""
        answer = self.ask(_credentials(user, secured.password(user)))
        self.assertEqual(200, answer.status_code, answer.text)
        access: dict[str, Any] = answer.json()['access']
        return access

    def _status(self, method: str, path: str, token: str) -> int:
        headers = {'X-Auth-Token': token}
        return self.asks().request(method, path, headers=headers).status_code

    def test_who_has_a_token_may_do_what_the_user_may(self) -> None:
        token = self.given('rita')['token']['id']

        found = (
            self._status('GET', '/api/v1/clusters', token),
            self._status('POST', '/api/v1/clusters', token),
            self._status('GET', '/api/v1/clusters', f'{token}x'),
        )

        self.assertEqual((200, 403, 401), found)

    def test_a_token_is_told_as_keystone_does(self) -> None:
        access = self.given('ada')

        self.assertEqual('ada', access['user']['name'])
        self.assertEqual([{'name': 'admin'}], access['user']['roles'])
        self.assertEqual('admin', access['token']['tenant']['name'])
        moment = r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$'
        self.assertRegex(access['token']['expires'], moment)

    def test_a_token_for_a_token_is_the_same_one(self) -> None:
        token = self.given('ada')['token']

        again = self.ask({'auth': {'token': {'id': token['id']}}}).json()

        self.assertEqual(token, again['access']['token'])

    def test_a_wrong_password_or_token_is_401(self) -> None:
        for auth in (
            _credentials('ada', 'wrong'),
            _credentials('nobody', 'wrong'),
            {'auth': {'token': {'id': 'wrong'}}},
        ):
            self.assert_refused(self.ask(auth), 401, 'unauthenticated')

    def test_what_says_nothing_is_refused_without_what_it_says(self) -> None:
        bodies: tuple[dict[str, Any], ...] = (
            {},
            {'auth': {}},
            {'auth': {'token': {}}},
            {'auth': {'passwordCredentials': {'password': 'secret-7'}}},
            {'auth': {'passwordCredentials': ['secret-7']}},
        )
        for body in bodies:
            answer = self.ask(body)
            self.assert_refused(answer, 400, 'invalid_input')
            self.assertNotIn('secret-7', answer.text)

    def test_the_version_says_to_everybody_that_one_is_needed(self) -> None:
        answer = self.asks().get('/api/v1/version').json()

        self.assertIs(True, answer['auth_required'])


class NobodyTest(served.ApiTestCase):
    def test_where_nobody_needs_a_token_there_is_none(self) -> None:
        url = f'http://trailmark{_URL}'

        answer = self.client.post(url, json=_credentials('ada', 'x'))

        self.assert_refused(answer, 404, 'not_found')
