"""The page and its files before the API: headers, errors, what passes."""

import re

import httpx

from trailmark.api import application
from trailmark.drivers import catalog
from trailmark.tests.unit.api import secured, served
from trailmark.ui import assets, site


class SiteTest(secured.SecuredTestCase):
    """A client of the page of an API that knows users."""

    def browses(self, user: str | None = None) -> httpx.Client:
        """What a browser asks that has, or has not, answered a prompt."""
        api = application.Application(
            self.db,
            self.engine,
            catalog.catalog(),
            30.0,
            served.planner(),
            guard=self.guard,
        )
        client = httpx.Client(
            transport=httpx.WSGITransport(site.Site(api)),
            base_url='http://127.0.0.1',
            auth=None if user is None else (user, secured.password(user)),
        )
        self.addCleanup(client.close)
        return client

    def test_every_view_is_the_same_page(self) -> None:
        client = self.browses('rita')

        pages = {
            client.get(path).text
            for path in ('/', '/runs/1', '/runs/1/', '/runs/1/executions')
        }

        self.assertEqual(1, len(pages))
        self.assertIn('<main id="content"', pages.pop())

    def test_an_execution_may_have_any_name(self) -> None:
        answer = self.browses('rita').get('/runs/1/executions/a%2Fb:c//d@n1')

        self.assertEqual(200, answer.status_code)

    def test_nothing_inline_and_nothing_from_elsewhere_is_allowed(
        self,
    ) -> None:
        policy = (
            self.browses('rita').get('/').headers['content-security-policy']
        )

        rules = dict(each.split(' ', 1) for each in policy.split('; '))
        self.assertEqual("'none'", rules.pop('default-src'))
        self.assertEqual("'script'", rules.pop('require-trusted-types-for'))
        self.assertLessEqual(set(rules.values()), {"'self'", "'none'"})

    def test_a_policy_of_its_own_keeps_answers_of_the_api_from_doing_harm(
        self,
    ) -> None:
        headers = self.browses('rita').get('/api/v1/runs').headers

        self.assertIn("default-src 'none'", headers['content-security-policy'])
        self.assertEqual('nosniff', headers['x-content-type-options'])
        self.assertEqual('no-store', headers['cache-control'])

    def test_who_says_no_name_is_asked_for_one(self) -> None:
        answer = self.browses().get('/runs/1')

        self.assertEqual(401, answer.status_code)
        self.assertIn('Basic', answer.headers['www-authenticate'])
        self.assertIn('Say who you are', answer.text)

    def test_why_it_is_not_shown_is_text_and_nothing_else(self) -> None:
        answer = self.browses('rita').get(
            '/', headers={'Origin': 'http://<b>evil</b>'}
        )

        self.assertEqual(403, answer.status_code)
        self.assertIn('&lt;b&gt;evil', answer.text)
        self.assertNotIn('<b>', answer.text)

    def test_a_file_that_has_not_changed_is_not_sent_again(self) -> None:
        client = self.browses()
        first = client.get('/ui/style.css')
        etag = {'If-None-Match': first.headers['etag']}

        again = client.get('/ui/style.css', headers=etag)

        self.assertEqual((200, 304), (first.status_code, again.status_code))
        self.assertEqual('no-cache', again.headers['cache-control'])

    def test_other_files_are_not_there(self) -> None:
        client = self.browses('rita')

        for name in (
            'page.html',
            'none.js',
            '..%2Fsite.py',
            '%2Fetc%2Fpasswd',
        ):
            with self.subTest(name):
                answer = client.get(f'/ui/{name}')
                self.assertEqual(404, answer.status_code)

    def test_below_a_prefix_of_a_proxy_addresses_begin_with_it(self) -> None:
        client = self.browses('rita')
        client._transport.script_name = '/deploy'  # type: ignore[attr-defined]

        links = re.findall(r'(?:href|src)="(/[^"]*)"', client.get('/').text)

        self.assertTrue(all(each.startswith('/deploy/') for each in links))
        self.assertTrue(links)


class FilesTest(secured.SecuredTestCase):
    def test_modules_import_only_modules_that_are_there(self) -> None:
        files = assets.names()
        imported = {
            name
            for file in files
            if file.endswith('.js')
            for name in re.findall(r'from "\./([^"]+)"', assets.text(file))
        }

        self.assertEqual(set(), imported - files)

    def test_no_module_makes_elements_of_texts(self) -> None:
        for file in assets.names():
            with self.subTest(file):
                self.assertNotRegex(
                    assets.text(file),
                    r'innerHTML|outerHTML|insertAdjacentHTML|document\.write'
                    r'|eval\(|localStorage|sessionStorage|document\.cookie',
                )
