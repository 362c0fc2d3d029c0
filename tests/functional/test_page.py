"""The page in a real browser: what it shows, and what may be done with it."""

import http.server
import threading
from pathlib import Path
from typing import Any

import httpx
from playwright import sync_api

from trailmark.tests.functional import base, browser, processes, serving
from trailmark.tests.functional.browser import expect
from trailmark.tests.functional.sidelog import SideLog

_FAILS = 'echo begun; echo "no space left" >&2; exit 7'
#: Would run if anything took a text for HTML.
_EVIL = '<img src=x onerror=alert(1)>'
#: What a hole in the page would let in: all of it is refused.
_INJECTED = """() => {
    const add = (tag, set) => {
        try {
            const made = document.createElement(tag);
            set(made);
            document.body.append(made);
        } catch (error) { console.error(error.message); }
    };
    add('script', (made) => { made.text = 'window.ran = 1'; });
    add('script', (made) => { made.src = 'data:,window.ran = 1'; });
    add('img', (made) => { made.setAttribute('onerror', 'window.ran = 1'); });
    add('p', (made) => { made.innerHTML = '<b>bold</b>'; });
    add('iframe', (made) => { made.src = location.href; });
}"""


class PageTestCase(browser.BrowserTestCase):
    """A server, and folders that are deployed through it."""

    def deploy(self, url: str, *tasks: Any, **files: Any) -> None:
        """Begin a run of these tasks on n1 and n2."""
        folder = base.write(
            self.folder / 'shop',
            {
                'nodes.yaml': base.nodes('n1', 'n2'),
                'release/default.yaml': list(tasks),
                **files,
            },
        )
        self.begin(url, folder)

    def begin(self, url: str, folder: Path) -> None:
        """Begin a run of a folder."""
        done = self.at(url).run('deploy', '--detach', str(folder))
        self.assertEqual(0, done.code, done.err)


class RunsPageTest(PageTestCase):
    def test_a_run_appears_in_the_list_and_ends_there_by_itself(self) -> None:
        _, url = self.serve()
        page = self.window()
        page.goto(url)
        expect(page.get_by_text('There is no run yet')).to_be_visible()

        self.deploy(url, base.shell('a', 'true'))

        row = page.get_by_role('row').filter(has_text='shop')
        expect(row.get_by_text('ready')).to_be_visible()
        expect(row.get_by_text('2/2')).to_be_visible()
        self.assertEqual([], self.complaints)

    def test_the_list_is_filtered_by_cluster_and_status(self) -> None:
        _, url = self.serve()
        self.deploy(url, base.shell('a', 'true'))
        self.ended(url, 1)
        page = self.window()
        page.goto(url)

        page.get_by_label('Status').select_option('error')
        page.get_by_role('button', name='Filter').click()
        expect(page.get_by_text('No run is like this')).to_be_visible()
        page.goto(f'{url}/?cluster=shop&status=ready')

        expect(page.get_by_role('rowheader', name='1')).to_be_visible()

    def test_a_cluster_that_is_not_there_is_said(self) -> None:
        _, url = self.serve()
        page = self.window()

        page.goto(f'{url}/?cluster=nowhere')

        expect(page.get_by_role('alert')).to_contain_text('nowhere')


class RunPageTest(PageTestCase):
    def test_what_failed_is_shown_with_the_end_of_its_output(self) -> None:
        _, url = self.serve()
        self.deploy(url, base.shell('a', _FAILS))
        self.ended(url, 1)
        page = self.window()
        page.goto(f'{url}/runs/1')

        failed = page.get_by_role('listitem').filter(has_text='a on n1')

        for said in ('exit code 7', 'no space left', 'attempt 1'):
            expect(failed.get_by_text(said)).to_be_visible()
        failed.get_by_role('link', name='All attempts of a on n1').click()
        expect(page.get_by_role('heading', name='Attempt 1')).to_be_visible()
        expect(page.get_by_text('begun')).to_be_visible()
        self.assertEqual([], self.complaints)

    def test_bars_tell_in_words_how_far_nodes_and_tasks_are(self) -> None:
        _, url = self.serve()
        self.deploy(url, base.shell('a', 'test $TRAILMARK_NODE = n1'))
        self.ended(url, 1)
        page = self.window()
        page.goto(f'{url}/runs/1')

        nodes = page.get_by_role('region', name='Nodes')
        tasks = page.get_by_role('region', name='Tasks')

        row = nodes.get_by_role('row').filter(has_text='n2')
        expect(row.get_by_role('img', name='1 error')).to_be_visible()
        expect(
            tasks.get_by_role('img', name='1 ready, 1 error')
        ).to_be_visible()

    def test_who_asked_for_what_is_told_the_newest_first(self) -> None:
        _, url = self.serve()
        self.deploy(url, base.shell('a', 'exit 3'))
        self.ended(url, 1)
        self.at(url).run('run', 'resume', '1', '--skip', 'a@n1')
        page = self.window(viewport={'width': 390, 'height': 844})
        page.goto(f'{url}/runs/1')

        section = page.get_by_role('region', name='Who asked for what')
        expect(section.get_by_role('listitem')).to_contain_text(
            ['skipped a@n1', 'resumed it', 'asked for it']
        )
        wide = page.evaluate('document.documentElement.scrollWidth')
        self.assertEqual((390, []), (wide, self.complaints))

    def test_names_and_output_are_never_taken_for_html(self) -> None:
        _, url = self.serve()
        command = f"echo '{_EVIL}'; echo '{_EVIL}' >&2; exit 1"
        self.deploy(url, base.shell(f'a{_EVIL}', command))
        self.ended(url, 1)
        page = self.window()

        for path in ('', '/runs/1', '/runs/1/executions'):
            page.goto(f'{url}{path}')
            expect(page.locator('tbody tr').first).to_be_visible()
            expect(page.locator('main img')).to_have_count(0)
        page.goto(f'{url}/runs/1')
        page.get_by_role('link', name='All attempts').first.click()
        expect(page.get_by_role('heading', name='Attempt 1')).to_be_visible()

        expect(page.locator('pre', has_text=_EVIL)).to_have_count(2)
        self.assertEqual([], self.complaints)

    def test_a_script_that_got_into_the_page_would_not_run(self) -> None:
        _, url = self.serve()
        page = self.window()
        page.goto(url)
        expect(page.get_by_text('There is no run yet')).to_be_visible()

        page.evaluate(_INJECTED)

        self.until(lambda: _waited(page) and self.complaints, 'it was told')
        self.assertIsNone(page.evaluate('window.ran ?? null'))

    def test_a_page_fits_a_narrow_screen(self) -> None:
        _, url = self.serve()
        self.deploy(url, base.shell('a', _FAILS))
        self.ended(url, 1)
        page = self.window(viewport={'width': 360, 'height': 640})

        for path in ('', '/runs/1', '/runs/1/executions'):
            page.goto(f'{url}{path}')
            expect(page.locator('tbody tr').first).to_be_visible()
            wide = page.evaluate('document.documentElement.scrollWidth')
            self.assertEqual(360, wide, path)

    def test_what_is_not_there_is_said(self) -> None:
        _, url = self.serve()
        page = self.window()

        page.goto(f'{url}/runs/9')

        expect(page.get_by_role('alert')).to_contain_text('no run 9')


class LivePageTest(PageTestCase):
    """Runs that wait until the test lets them go on."""

    def setUp(self) -> None:
        super().setUp()
        self.log = SideLog(self.folder / 'log', 2, 2, 0)
        self.log.hold()

    def shown(self, url: str) -> sync_api.Page:
        """The page of a run whose tasks have started."""
        self.begin(url, self.log.deployment)
        self.until(self.log.started, 'it has begun')
        page = self.window()
        page.goto(f'{url}/runs/1')
        expect(_status(page)).to_contain_text('running')
        expect(page.locator('#link')).to_have_text('live')
        return page

    def test_a_run_is_followed_to_its_end(self) -> None:
        _, url = self.serve()
        page = self.shown(url)

        self.log.let_go()

        expect(_status(page)).to_contain_text('ready')
        expect(page.locator('#said')).to_contain_text('Run 1 is ready')
        expect(page.locator('#link')).to_have_text('ended')

    def test_it_says_when_the_server_is_gone_and_goes_on_after(self) -> None:
        process, url = self.serve()
        page = self.shown(url)

        processes.kill(process)
        expect(page.locator('#link')).to_contain_text('Not current since')
        self.serve(serving.port_of(url))
        expect(page.locator('#link')).to_have_text('live')
        self.log.let_go()

        expect(_status(page)).to_contain_text('ready')

    def test_a_run_is_stopped_and_resumed_by_keyboard(self) -> None:
        _, url = self.serve()
        page = self.shown(url)

        self._press(page, 'Stop')
        expect(_status(page)).to_contain_text('stop')
        self.log.let_go()
        expect(_status(page)).to_contain_text('stopped')
        self._press(page, 'Resume')

        expect(_status(page)).to_contain_text('ready')
        self.assertEqual([], self.complaints)

    def test_a_run_is_cancelled_by_keyboard(self) -> None:
        _, url = self.serve()
        page = self.shown(url)

        self._press(page, 'Cancel')

        expect(_status(page)).to_contain_text('cancelled')
        self.assertEqual('cancelled', self.ended(url, 1))

    def test_who_is_not_sure_changes_nothing(self) -> None:
        _, url = self.serve()
        page = self.shown(url)

        _reach(page, 'Cancel')
        page.keyboard.press('Enter')
        expect(page.get_by_role('dialog')).to_be_visible()
        page.keyboard.press('Enter')
        expect(page.get_by_role('dialog')).to_have_count(0)

        run = httpx.get(f'{url}/api/v1/runs/1').json()['run']
        self.assertEqual('none', run['asked'])

    def test_what_the_server_refuses_is_told_in_its_words(self) -> None:
        _, url = self.serve()
        page = self.shown(url)
        _reach(page, 'Stop')
        page.keyboard.press('Enter')
        self.log.let_go()
        self.assertEqual('ready', self.ended(url, 1))

        page.keyboard.press('Tab')
        page.keyboard.press('Enter')

        expect(page.get_by_role('alert')).to_contain_text(
            'Run 1 has ended ready'
        )

    def test_no_page_of_another_origin_stops_it(self) -> None:
        _, url = self.serve()
        self.begin(url, self.log.deployment)
        page = self.window()
        page.goto(self._elsewhere())

        with page.expect_navigation() as told:
            page.evaluate(
                """url => {
                    const form = document.createElement('form');
                    Object.assign(form, {method: 'post', action: url});
                    document.body.append(form);
                    form.submit();
                }""",
                f'{url}/api/v1/runs/1/stop',
            )

        assert told.value is not None
        self.assertEqual(403, told.value.status)
        run = httpx.get(f'{url}/api/v1/runs/1').json()['run']
        self.assertEqual('none', run['asked'])

    def _elsewhere(self) -> str:
        """A page of another origin: one port is another origin already."""
        other = http.server.HTTPServer(('127.0.0.1', 0), _Elsewhere)
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        return f'http://127.0.0.1:{other.server_port}'

    def _press(self, page: sync_api.Page, name: str) -> None:
        """Ask for something and confirm it, without a mouse."""
        _reach(page, name)
        page.keyboard.press('Enter')
        expect(page.get_by_role('dialog')).to_contain_text(f'{name} run 1')
        page.keyboard.press('Tab')
        page.keyboard.press('Enter')
        expect(page.get_by_role('dialog')).to_have_count(0)


class UsersPageTest(PageTestCase):
    """Users of a file."""

    def setUp(self) -> None:
        super().setUp()
        users = Path(__file__).with_name('htpasswd')
        options = {
            'api__auth_strategy': 'http_basic',
            'api__http_basic_auth_user_file': users,
            'api__readers': 'rita',
        }
        _, self.url = self.serve(options=options)
        log = SideLog(self.folder / 'log', 2, 2, 0)
        log.hold()
        maria = self.at(
            self.url, TRAILMARK_USER='maria', TRAILMARK_PASSWORD='m-secret'
        )
        done = maria.run('deploy', '--detach', str(log.deployment))
        self.assertEqual(0, done.code, done.err)

    def test_nobody_is_shown_anything(self) -> None:
        page = self.window()

        answer = page.request.get(f'{self.url}/runs/1')

        self.assertEqual(401, answer.status)
        self.assertIn('Basic', answer.headers['www-authenticate'])
        self.assertIn('Say who you are', answer.text())

    def test_a_reader_sees_buttons_that_do_nothing_and_why(self) -> None:
        page = self._of('rita', 'r-secret')

        stop = page.get_by_role('button', name='Stop')
        expect(stop).to_be_disabled()
        expect(
            page.get_by_text('rita may not stop, cancel, resume')
        ).to_be_visible()
        stop.click(force=True)

        expect(page.get_by_role('dialog')).to_have_count(0)
        self.assertEqual([], self.complaints)

    def test_a_member_is_live_and_may_stop_and_leaves_no_secret(self) -> None:
        page = self._of('maria', 'm-secret')

        expect(page.locator('#link')).to_have_text('live')
        expect(page.get_by_role('button', name='Stop')).to_be_enabled()

        kept = 'JSON.stringify([{...localStorage}, {...sessionStorage}])'
        self.assertEqual('[{},{}]', page.evaluate(kept))
        self.assertEqual('', page.evaluate('document.cookie'))

    def _of(self, user: str, secret: str) -> sync_api.Page:
        """The run as a user sees it, who has answered the prompt."""
        page = self.window(
            http_credentials={'username': user, 'password': secret}
        )
        page.goto(f'{self.url}/runs/1')
        expect(_status(page)).to_contain_text('running')
        return page


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    """A server that answers with nothing to look at."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing."""


def _waited(page: sync_api.Page) -> bool:
    """Let the page go on for a moment; this is no condition by itself."""
    page.wait_for_timeout(20)
    return True


def _status(page: sync_api.Page) -> sync_api.Locator:
    return page.get_by_role('heading', level=1)


def _reach(page: sync_api.Page, name: str) -> None:
    """Move the focus to a button by Tab alone, from the page's top."""
    button = page.get_by_role('button', name=name, exact=True)
    expect(button).to_be_enabled()
    page.evaluate('document.activeElement.blur()')
    for _ in range(30):
        page.keyboard.press('Tab')
        if button.evaluate('each => each === document.activeElement'):
            return
    raise AssertionError(f'no Tab leads to {name}')
