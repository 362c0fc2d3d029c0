"""A browser that looks at the page, without a screen."""

import shutil
from typing import Any, ClassVar

from playwright import sync_api

from trailmark.tests.functional import serving

_BROWSER = next(
    filter(None, map(shutil.which, ('chromium', 'chromium-browser'))), None
)
#: Milliseconds that anything on the page may take, on a slow machine.
PATIENCE = 30_000


class BrowserTestCase(serving.ServingTestCase):
    """One browser for a class, a window with nothing remembered for a test.

    What the browser's console says is in `complaints`.
    """

    _driver: ClassVar[Any]
    _browser: ClassVar[Any]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        if _BROWSER is None:
            return
        cls._driver = sync_api.sync_playwright().start()
        cls.addClassCleanup(cls._driver.stop)
        cls._browser = cls._driver.chromium.launch(
            executable_path=_BROWSER,
            # It keeps other users' pages apart, and refuses to run as root.
            args=['--no-sandbox', '--disable-dev-shm-usage'],
        )
        cls.addClassCleanup(cls._browser.close)

    def setUp(self) -> None:
        if _BROWSER is None:
            self.skipTest('there is no chromium')
        super().setUp()

    def window(self, **options: Any) -> sync_api.Page:
        """A page of a browser that knows nobody yet."""
        context = self._browser.new_context(**options)
        self.addCleanup(context.close)
        context.set_default_timeout(PATIENCE)
        page: sync_api.Page = context.new_page()
        self.complaints: list[str] = []
        page.on('console', lambda said: self._note(said.type, said.text))
        page.on('pageerror', lambda error: self._note('error', str(error)))
        page.on('dialog', self._refuse)
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind in ('error', 'warning'):
            self.complaints.append(text)

    def _refuse(self, dialog: sync_api.Dialog) -> None:
        self.complaints.append(f'a dialog: {dialog.message}')
        dialog.dismiss()


def expect(found: sync_api.Locator) -> Any:
    """Assertions that wait for a part of the page."""
    sync_api.expect.set_options(timeout=PATIENCE)
    return sync_api.expect(found)
