"""The page on which the API is read, in a real browser."""

import httpx

from trailmark.tests.functional import browser
from trailmark.tests.functional.browser import expect


class DocsPageTest(browser.BrowserTestCase):
    def test_every_operation_is_listed_and_opens_with_what_it_takes(
        self,
    ) -> None:
        _, url = self.serve()
        told = httpx.get(f'{url}/openapi.json').json()
        count = sum(len(methods) for methods in told['paths'].values())
        page = self.window()

        page.goto(f'{url}/docs')

        expect(page.locator('details.operation')).to_have_count(count)
        page.locator('#runs_index > summary').click()
        opened = page.locator('#runs_index')
        expect(opened).to_contain_text('1000')
        expect(opened).to_contain_text('"stopping"')
        self.assertEqual([], self.complaints)

    def test_words_leave_those_operations_that_have_them(self) -> None:
        _, url = self.serve()
        page = self.window()
        page.goto(f'{url}/docs#runs_stop')
        expect(page.locator('#runs_stop')).to_have_attribute('open', '')

        page.get_by_role('searchbox').fill('post resume')

        expect(page.locator('#runs_resume')).to_be_visible()
        expect(page.locator('#runs_stop')).to_be_hidden()
        expect(page.locator('#said')).to_have_text('3 operations')
