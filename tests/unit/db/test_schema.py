"""The tables: made by migrations, and the same as the code's."""

import subprocess
import sys
import threading
import time
import unittest
from concurrent import futures

import sqlalchemy as sa
import testscenarios
from alembic import autogenerate, script
from alembic.runtime import migration

from trailmark.common import exceptions
from trailmark.db import connection, schema, tables, versions
from trailmark.tests import databases, sources
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios
#: Servers end what is silent for a second.
_HASTY = {
    'postgresql': '?options=-c%20idle_session_timeout%3D1s'
    '%20-c%20idle_in_transaction_session_timeout%3D1s',
    'mysql': '?init_command=SET+SESSION+wait_timeout%3D1',
}
UPGRADE = (
    'import sys; from trailmark.db import connection, schema, versions;'
    ' db = connection.Database(sys.argv[1]); schema.upgrade(db);'
    ' print(*versions.version(db))'
)


class NumbersTest(unittest.TestCase):
    def test_each_migration_has_a_greater_number_than_the_one_before(self):
        """A database is newer than the code where its number is greater."""
        folder = script.ScriptDirectory(str(sources.ROOT / 'migrations'))

        numbers = [each.revision for each in folder.walk_revisions()]

        self.assertEqual(sorted(numbers, reverse=True), numbers)
        self.assertEqual(versions.NEEDED, numbers[0])


class SchemaTest(base.DatabaseTest):
    """Migrations on every kind of database."""

    def test_migrations_make_exactly_the_tables_of_the_code(self) -> None:
        """alembic finds no difference."""
        with self.db.reader() as opened:
            context = migration.MigrationContext.configure(
                opened, opts={'compare_type': True}
            )
            found = autogenerate.compare_metadata(context, tables.metadata)
        self.assertEqual([], found)

    def test_an_empty_database_has_no_version(self) -> None:
        """Until it is upgraded; upgrading again does nothing."""
        db = connection.Database(databases.fresh_url(self.dialect))
        self.addCleanup(db.dispose)
        self.assertIsNone(versions.version(db)[0])
        for _ in range(2):
            schema.upgrade(db)
            current, head = versions.version(db)
            self.assertEqual(head, current)

    def test_processes_upgrade_one_database_at_once(self) -> None:
        """Each finds the newest version when it is done."""
        url = databases.fresh_url(self.dialect)
        started = [
            subprocess.Popen(
                [sys.executable, '-c', UPGRADE, url],
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        heads = {process.communicate()[0].strip() for process in started}
        self.assertEqual({f'{versions.NEEDED} {versions.NEEDED}'}, heads)

    def test_an_upgrade_waits_until_another_is_committed(self) -> None:
        """However slowly that one is."""
        url = databases.fresh_url(self.dialect)
        slow, quick = (connection.Database(url) for _ in range(2))
        committing = threading.Event()

        @sa.event.listens_for(slow.engine, 'commit')
        def _delay(_connection: sa.Connection) -> None:
            committing.set()
            time.sleep(0.5)

        with futures.ThreadPoolExecutor() as pool:
            begun = pool.submit(schema.upgrade, slow)
            committing.wait()
            schema.upgrade(quick)
            begun.result()
        found = versions.version(quick)
        for db in (slow, quick):
            db.dispose()

        self.assertEqual((versions.NEEDED, versions.NEEDED), found)

    def test_a_server_that_ends_silent_connections_ends_no_upgrade(
        self,
    ) -> None:
        """Nor its lock: another one waits until it is committed."""
        url = databases.fresh_url(self.dialect) + _HASTY.get(self.dialect, '')
        slow, quick = (connection.Database(url) for _ in range(2))
        working = threading.Event()

        @sa.event.listens_for(slow.engine, 'before_cursor_execute')
        def _work(_connection: sa.Connection, *what: object) -> None:
            if 'CREATE TABLE runs' in str(what[1]):
                working.set()
                time.sleep(2.5)

        with futures.ThreadPoolExecutor() as pool:
            begun = pool.submit(schema.upgrade, slow)
            working.wait()
            schema.upgrade(quick)
            begun.result()
        found = versions.version(slow)
        for db in (slow, quick):
            db.dispose()

        self.assertEqual((versions.NEEDED, versions.NEEDED), found)

    def test_a_connection_that_was_closed_while_idle_is_not_used(
        self,
    ) -> None:
        url = databases.fresh_url(self.dialect) + _HASTY.get(self.dialect, '')
        db = connection.Database(url)
        self.addCleanup(db.dispose)
        for _ in range(2):
            with db.writer() as opened:
                opened.execute(sa.text('SELECT 1'))
            time.sleep(1.5)

        self.assertIsNone(versions.version(db)[0])

    def test_tables_that_are_not_there_are_an_error_of_ours(self) -> None:
        """The driver's own is its cause."""
        db = connection.Database(databases.fresh_url(self.dialect))
        self.addCleanup(db.dispose)
        error = self.assertRaises(
            exceptions.DatabaseUnavailable, self._count, db
        )
        self.assertIn('runs', str(error))
        self.assertIsNotNone(error.__cause__)

    def _count(self, db: connection.Database) -> None:
        with db.reader() as opened:
            opened.execute(tables.runs.select())


class EncodingTest(unittest.TestCase):
    def test_a_database_that_holds_less_than_unicode_is_refused(self) -> None:
        reason = databases.why_not('postgresql')
        if reason:
            self.skipTest(reason)
        url = databases.fresh_url(
            'postgresql', " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        )
        db = connection.Database(url)
        self.addCleanup(db.dispose)

        with self.assertRaisesRegex(
            exceptions.DatabaseUnavailable, 'LATIN1, and UTF8 is needed'
        ):
            schema.upgrade(db)
