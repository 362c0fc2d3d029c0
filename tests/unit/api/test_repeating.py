"""Requests that lose their connection to the database, or come again."""

import types
from typing import Any

import sqlalchemy as sa
import testtools

from trailmark.api import calls, repeating
from trailmark.common import exceptions
from trailmark.db import connection
from trailmark.tests import databases
from trailmark.tests.unit.api import served

_KEY = {
    'Idempotency-Key': 'one',
    'X-Openstack-Request-Id': 'req-of-one',
}
_END = sa.text('SELECT pg_terminate_backend(pg_backend_pid())')


class RepeatingTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        reason = databases.why_not('postgresql')
        if reason is not None:
            self.skipTest(reason)
        self.db = connection.Database(databases.fresh_url('postgresql'))
        self.addCleanup(self.db.dispose)
        self.tries = 0

    def _ask(self, method: str, first: bool) -> calls.Answer:
        """Ask a view that writes, and loses its connection the first time;
        `first` says whether it writes something before that."""

        def view(call: Any) -> calls.Answer:
            self.tries += 1
            if first:
                with self.db.writer() as opened:
                    opened.execute(sa.text('SELECT 1'))
            with self.db.writer() as opened:
                opened.execute(
                    _END if self.tries == 1 else sa.text('SELECT 1')
                )
            return calls.Answer('done')

        request = types.SimpleNamespace(method=method)
        call: Any = types.SimpleNamespace(request=request)
        return repeating.answer(view, call, {})

    def test_what_has_written_nothing_is_tried_again(self) -> None:
        self.assertEqual('done', self._ask('POST', first=False).body)
        self.assertEqual(2, self.tries)

    def test_what_may_have_written_something_is_not(self) -> None:
        self.assertRaises(
            exceptions.DatabaseConnectionLost, self._ask, 'POST', first=True
        )
        self.assertEqual(1, self.tries)

    def test_what_does_no_more_a_second_time_is(self) -> None:
        self.assertEqual('done', self._ask('PUT', first=True).body)
        self.assertEqual(2, self.tries)


class ComesAgainTest(served.ApiTestCase):
    def test_a_deployment_that_comes_again_begins_no_second_run(self) -> None:
        body = self.deployment()

        first, second = (
            self.client.post('deployments', json=body, headers=_KEY)
            for _ in range(2)
        )

        self.assertEqual(201, second.status_code, second.text)
        self.assertEqual(first.json()['run']['id'], second.json()['run']['id'])
        self.assertEqual(1, len(self.engine.executed))

    def test_without_a_key_it_is_another_request(self) -> None:
        self.deploy()

        answer = self.client.post('deployments', json=self.deployment())

        self.assertEqual(409, answer.status_code, answer.text)
