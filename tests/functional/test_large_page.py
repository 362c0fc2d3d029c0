"""The page of a run on a thousand nodes loads aggregates and pages alone."""

import time

from playwright import sync_api

from trailmark.api import application, server
from trailmark.common.states import ExecutionState
from trailmark.db import connection, fences, moves
from trailmark.drivers import catalog
from trailmark.tests import databases, plans, stored
from trailmark.tests.functional import browser
from trailmark.tests.functional.browser import expect
from trailmark.tests.unit.api import secured, served
from trailmark.ui import site

_NODES, _TASKS, _FAILED = 1000, 54, 300
#: Executions that failed: those of a task on the last nodes.
_WHICH = (
    f"h.state = 'pending' AND task_no = 6 AND node_no > {_NODES - _FAILED}"
)
#: Of everything that the page asks for at first.
_MOST_BYTES = 150_000
#: What a slow machine with other work may take.
_SECONDS = 10.0


class LargePageTest(browser.BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        db = databases.fresh('sqlite')
        self.run_id = _store(db)
        conf = secured.configuration()
        conf.set_override('port', 0, group='api')
        api = application.Application(
            db, served.Idle(), catalog.catalog(), 30.0, served.planner()
        )
        serving = server.Server(api, conf, site.Site(api))
        self.addCleanup(serving.stop)
        serving.start()
        self.url = f'{serving.url}/runs/{self.run_id}'

    def test_it_is_there_at_once_and_small(self) -> None:
        page = self.window()
        sizes: list[int] = []
        page.on('requestfinished', lambda asked: sizes.append(_size(asked)))
        began = time.monotonic()

        page.goto(self.url)
        expect(page.get_by_text(f'What failed: {_FAILED}')).to_be_visible()
        expect(page.get_by_role('rowheader', name='n0001')).to_be_visible()
        expect(page.get_by_role('rowheader', name='t01')).to_be_visible()

        self.assertLess(time.monotonic() - began, _SECONDS)
        self.assertLess(sum(sizes), _MOST_BYTES)
        self.assertLess(page.locator('main *').count(), 2500)

    def test_nodes_are_turned_page_by_page_and_picked_by_state(self) -> None:
        page = self.window()
        page.goto(self.url)
        nodes = page.get_by_role('region', name='Nodes')

        nodes.get_by_role('button', name='Next 50 nodes').click()
        expect(nodes.get_by_role('rowheader', name='n0051')).to_be_visible()
        nodes.get_by_label('show').select_option('failed or blocked')

        expect(nodes.get_by_role('rowheader', name='n0701')).to_be_visible()
        expect(nodes.get_by_role('rowheader')).to_have_count(50)

    def test_many_failures_are_told_by_task(self) -> None:
        page = self.window()

        page.goto(self.url)

        expect(page.get_by_text('t07 on 300 nodes')).to_be_visible()
        failures = page.get_by_role('region', name='What failed')
        expect(failures.get_by_role('heading', level=3)).to_have_count(10)
        failures.get_by_role('button', name='Show more').click()
        expect(failures.get_by_role('heading', level=3)).to_have_count(20)


def _store(db: connection.Database) -> int:
    nodes = tuple(f'n{number:04}' for number in range(1, _NODES + 1))
    steps = [plans.Step(f't{n:02}', nodes) for n in range(1, _TASKS + 1)]
    run = stored.store(db, plans.make(steps)).run
    with db.writer() as opened:
        moves.move(
            *(opened, run, fences.transition_id(0), _WHICH),
            *(ExecutionState.ERROR, 'exit code 1: no space left'),
        )
    return run


def _size(asked: sync_api.Request) -> int:
    answer = asked.response()
    return len(answer.body()) if answer is not None else 0
