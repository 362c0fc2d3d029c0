"""What is let in: nobody without a password, no page of another origin."""

import base64
import re

import httpx

from trailmark.api import admission, routes
from trailmark.db import run_events, runs
from trailmark.tests.unit.api import secured


def _every_route(client: httpx.Client) -> list[tuple[str, str, bool]]:
    """Method, a path that fits, and whether everybody may ask, of each."""
    told = client.get('/openapi.json').json()
    return [
        (method.upper(), re.sub('{[^}]*}', '1', path), not one['security'])
        for path, methods in told['paths'].items()
        for method, one in methods.items()
    ]


class KnownUsersTest(secured.SecuredTestCase):
    def test_without_credentials_no_route_tells_or_does_anything(
        self,
    ) -> None:
        number = self.dry_run()
        client = self.asks()

        known = _every_route(client)
        for method, path, is_public in known:
            with self.subTest(f'{method} {path}'):
                answer = client.request(method, path, json={})
                if is_public:
                    self.assertIn(answer.status_code, (200, 400))
                else:
                    self.assertEqual(401, answer.status_code, answer.text)
                    self.assertIn('Say who you are', answer.text)
                self.assertNotIn(self.name, answer.text)
        self.assertEqual(len(routes.ROUTES), len(known))
        self.assertEqual(number, runs.list_all(self.db, limit=1)[0].id)

    def test_a_path_that_is_not_there_looks_like_all_others(self) -> None:
        answer = self.asks().get('/api/v1/nothing')

        self.assert_refused(answer, 401, 'unauthenticated')
        self.assertEqual(
            'Basic realm="trailmark"', answer.headers['WWW-Authenticate']
        )

    def test_the_version_says_that_a_user_is_needed(self) -> None:
        answer = self.asks().get('/api/v1/version')

        self.assertTrue(answer.json()['auth_required'])

    def test_a_wrong_password_is_refused(self) -> None:
        answer = self.asks('maria', 'hunter2').get('/api/v1/runs')

        self.assert_refused(answer, 401, 'unauthenticated')
        self.assertNotIn('hunter2', answer.text)

    def test_what_is_no_basic_authorization_is_refused(self) -> None:
        client = self.asks()
        nothing = base64.b64encode(b'no colon').decode()

        for said in ('', 'Basic', 'Basic ###', f'Basic {nothing}', 'Bearer x'):
            with self.subTest(said):
                answer = client.get(
                    '/api/v1/runs', headers={'Authorization': said}
                )
                self.assert_refused(answer, 401, 'unauthenticated')

    def test_a_header_does_not_say_who_asks(self) -> None:
        answer = self.asks().get(
            '/api/v1/runs', headers={'X-User': 'ada', 'Remote-User': 'ada'}
        )

        self.assert_refused(answer, 401, 'unauthenticated')

    def test_a_reader_reads_and_does_not_deploy(self) -> None:
        client = self.asks('rita')

        read = client.get('/api/v1/runs')
        answer = client.post('/api/v1/deployments', json=self.deployment())

        self.assertEqual(200, read.status_code)
        error = self.assert_refused(answer, 403, 'forbidden')
        self.assertIn('rita may not do this', error['message'])

    def test_the_user_is_who_asked_for_the_run(self) -> None:
        answer = self.asks('maria').post(
            '/api/v1/deployments', json=self.deployment(dry_run=True)
        )

        found = runs.get(self.db, answer.json()['run']['id'])
        self.assertEqual('maria', found.request['context']['user'])

    def test_who_asked_for_a_stop_stands_in_the_events_of_the_run(
        self,
    ) -> None:
        number = self.deploy()['run']['id']

        self.asks('maria').post(f'/api/v1/runs/{number}/stop', json={})

        last = run_events.list_of(self.db, number)[-1]
        self.assertEqual(('stop', 'maria'), (last.event, last.actor))

    def test_a_page_of_another_origin_uses_no_remembered_password(
        self,
    ) -> None:
        client = self.asks('maria')

        answers = [
            client.get('/api/v1/runs', headers={'Origin': origin})
            for origin in ('http://evil.example', 'null')
        ]

        for answer in answers:
            self.assert_refused(answer, 403, 'foreign_origin')

    def test_a_page_of_its_own_is_answered(self) -> None:
        answer = self.asks('maria').get(
            '/api/v1/runs', headers={'Origin': 'http://127.0.0.1'}
        )

        self.assertEqual(200, answer.status_code)


class AnybodyTest(secured.SecuredTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.guard = admission.Anybody()

    def test_everybody_who_reaches_it_is_served(self) -> None:
        answer = self.asks().get('/api/v1/runs')

        self.assertEqual(200, answer.status_code)

    def test_a_name_that_leads_here_from_elsewhere_is_refused(self) -> None:
        answers = [self._under(name) for name in ('evil.example:8000', '')]

        for answer in answers:
            self.assert_refused(answer, 403, 'foreign_origin')

    def test_every_name_of_this_machine_alone_is_served(self) -> None:
        for name in ('localhost:8000', '127.0.0.1', '[::1]:8000'):
            with self.subTest(name):
                self.assertEqual(200, self._under(name).status_code)

    def test_a_page_of_another_origin_is_refused(self) -> None:
        answer = self.asks().post(
            '/api/v1/deployments',
            headers={'Origin': 'http://evil.example'},
            json=self.deployment(),
        )

        self.assert_refused(answer, 403, 'foreign_origin')

    def _under(self, name: str) -> httpx.Response:
        return self.asks().get('/api/v1/runs', headers={'Host': name})
