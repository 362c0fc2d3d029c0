"""Databases that can't be used, and transactions of threads."""

import pathlib
import time

import testscenarios
import testtools

from trailmark.common import exceptions
from trailmark.db import connection, fences, records, tables
from trailmark.tests import databases
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.test_claims import at_once

load_tests = testscenarios.load_tests_apply_scenarios


class UnavailableTest(testtools.TestCase):
    """What is wrong is said, soon, and without passwords."""

    def test_a_server_that_is_not_there_fails_quickly(self) -> None:
        """It is not tried for ever."""
        for url in (
            'postgresql+psycopg2://u:secret@127.0.0.1:1/x',
            'mysql+pymysql://u:secret@127.0.0.1:1/x',
        ):
            with self.subTest(url):
                begun = time.monotonic()
                error = self.assertRaises(
                    exceptions.DatabaseUnavailable, self.use, url
                )
                self.assertLess(time.monotonic() - begun, 5)
                self.assertNotIn('secret', str(error))

    def test_a_file_that_is_no_database_is_refused(self) -> None:
        """Nor is one below a file, or a text that is no URL."""
        folder = pathlib.Path(databases.fresh_url('sqlite')[10:]).parent
        wrong = folder / 'wrong.db'
        wrong.write_text('not a database' * 100)
        for url in (f'sqlite:///{wrong}', 'sqlite:////no/such/x', 'nonsense'):
            with self.subTest(url):
                self.assertRaises(
                    exceptions.DatabaseUnavailable, self.use, url
                )
        self.assertRaises(
            exceptions.DatabaseUnavailable,
            connection.Database.embedded,
            wrong / 'below' / 'x.db',
        )

    def use(self, url: str) -> None:
        """Begin a transaction."""
        db = connection.Database(url)
        try:
            with db.reader():
                pass
        finally:
            db.dispose()


class TransactionTest(base.DatabaseTest):
    """Whole or not at all."""

    def names(self, prefix: str) -> list[str]:
        """Releases whose names begin so."""
        with self.db.reader() as opened:
            names = opened.execute(tables.releases.select()).all()
        return sorted(r.name for r in names if r.name.startswith(prefix))

    def add(self, name: str) -> None:
        """Add a release."""
        with self.db.writer() as opened:
            opened.execute(tables.releases.insert(), {'name': name})

    def test_a_transaction_that_fails_writes_nothing(self) -> None:
        """Its error passes as it is."""
        name = databases.fresh_name()

        def fail() -> None:
            with self.db.writer() as opened:
                opened.execute(tables.releases.insert(), {'name': name})
                raise LookupError

        self.assertRaises(LookupError, fail)
        self.assertEqual([], self.names(name))

    def test_threads_write_at_once(self) -> None:
        """Every one of them is heard."""
        prefix = databases.fresh_name()
        names = [f'{prefix}-{number:02}' for number in range(20)]
        at_once(*[lambda name=name: self.add(name) for name in names])
        self.assertEqual(names, self.names(prefix))

    def test_a_repeated_name_is_known_as_a_duplicate(self) -> None:
        """Among the errors of the database."""
        name = databases.fresh_name()
        self.add(name)
        error = self.assertRaises(
            exceptions.DatabaseUnavailable, self.add, name
        )
        self.assertTrue(connection.is_duplicate(error))

    def test_a_database_is_used_again_after_it_was_let_go(self) -> None:
        """With connections of its own."""
        self.db.dispose()
        name = databases.fresh_name()
        self.add(name)
        self.assertEqual([name], self.names(name))


class IdleTest(base.DatabaseTest):
    """A process that stands still in the middle of a transaction."""

    scenarios = [(name, {'dialect': name}) for name in ('postgresql', 'mysql')]

    def test_its_locks_are_given_to_others_in_time(self) -> None:
        """And its transaction is lost."""
        run, claim = self.insert(lease_seconds=-1)
        url = self.db.url.render_as_string(hide_password=False)
        frozen = connection.Database(url, idle_seconds=1)
        self.addCleanup(frozen.dispose)

        def stand_still() -> None:
            with frozen.writer() as opened:
                fences.pass_fence(frozen, opened, claim)
                begun = time.monotonic()
                taken.append(self.resume(run))
                took.append(time.monotonic() - begun)

        taken: list[records.Claim] = []
        took: list[float] = []
        self.assertRaises(exceptions.DatabaseUnavailable, stand_still)
        self.assertGreater(taken[0].epoch, claim.epoch)
        self.assertLess(took[0], 4)
