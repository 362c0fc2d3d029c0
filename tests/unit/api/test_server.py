"""What stands before the API: how large a body is, and which proxies say."""

import httpx

from trailmark.api import application, server
from trailmark.drivers import catalog
from trailmark.tests.unit.api import conforming, secured, served

_FORWARDED = {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'cloud.example',
    'X-Forwarded-Prefix': '/deploy',
}


class BeforeTest(served.ApiTestCase):
    def _behind(self, **options: object) -> httpx.Client:
        """A client of the API with these options of oslo.middleware."""
        conf = secured.configuration()
        api = application.Application(
            self.db, self.engine, catalog.catalog(), 30.0, served.planner()
        )
        made = server.before(api, conf)
        for name, value in options.items():
            conf.set_override(name, value, group='oslo_middleware')
        client = httpx.Client(
            transport=httpx.WSGITransport(made),
            base_url='http://trailmark',
            event_hooks={'response': [conforming.check]},
        )
        self.addCleanup(client.close)
        return client

    def test_a_body_that_says_it_is_too_large_is_an_error_of_ours(
        self,
    ) -> None:
        client = self._behind(max_request_body_size=10)

        answer = client.post('/api/v1/graphs/lint', json={'name': 'x' * 20})

        error = self.assert_refused(answer, 413, 'body_too_large')
        self.assertIn('10 bytes', error['message'])

    def test_clients_of_nova_are_told_in_their_words(self) -> None:
        client = self._behind(max_request_body_size=10)

        answer = client.post(
            '/v2.1/servers/1/tasks', json={'action': 'x' * 20}
        )

        self.assertEqual(413, answer.status_code)
        self.assertEqual(413, answer.json()['overLimit']['code'])

    def test_what_a_proxy_says_counts_where_proxies_are_expected(
        self,
    ) -> None:
        self.dry_run()
        client = self._behind(enable_proxy_headers_parsing=True)

        answer = client.get('/api/v1/tasks?limit=1', headers=_FORWARDED)

        self.assertIn(
            '<https://cloud.example/deploy/api/v1/tasks?',
            answer.headers['Link'],
        )

    def test_else_anybody_could_say_it_and_it_does_not(self) -> None:
        self.dry_run()

        answer = self._behind().get(
            '/api/v1/tasks?limit=1', headers=_FORWARDED
        )

        self.assertIn('<http://trailmark/api/v1/', answer.headers['Link'])
