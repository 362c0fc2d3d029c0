"""A database server that goes away in the middle of a run."""

import subprocess

import sqlalchemy as sa

from trailmark.db import schema
from trailmark.tests import databases
from trailmark.tests.functional import base, proxy, sidelog


class DatabaseGoneTest(base.ProcessTestCase):
    """A short absence is waited out; after a long one the run is resumed."""

    def _prepare(self, dialect: str, lease: float = 30) -> None:
        reason = databases.why_not(dialect)
        if reason:
            self.skipTest(reason)
        direct = databases.fresh_url(dialect)
        url = sa.make_url(direct)
        server = (url.host or '127.0.0.1', url.port or _PORTS[dialect])
        self.proxy = proxy.Proxy(*server)
        self.addCleanup(self.proxy.close)
        through = url.set(host='127.0.0.1', port=self.proxy.port)
        self.log = sidelog.SideLog(self.folder / 'log', 4, 8, 0.15)
        self.engine = self.trailmark(
            through.render_as_string(hide_password=False),
            {'agent__drain_seconds': 1, 'engine__lease_seconds': lease},
        )
        self.db = self.database(direct)
        schema.upgrade(self.db)

    def _begin(self, dialect: str, lease: float = 30) -> None:
        self._prepare(dialect, lease)
        self.process = self._deploy()
        self.until(lambda: len(self.log.finished()) >= 6, 'six executions')

    def _deploy(self) -> subprocess.Popen[str]:
        return self.start(self.engine, 'deploy', str(self.log.deployment))

    def _resume(self) -> None:
        resumed = self.engine.run('run', 'resume', '1', timeout=60)
        self.assertEqual(0, resumed.code, resumed)

    def _check_end(self, before: set[str], since: int) -> None:
        self.check_nothing_lost(self.db, self.log, before, since)

    def _check_short_absence(self, dialect: str, quiet: bool) -> None:
        self._begin(dialect)
        if quiet:
            self.log.hold()

        proxy.cut_for(self.proxy, 3)
        if quiet:
            self.log.let_go()

        self.assertGreater(self.proxy.cut, 0, 'the fault never fired')
        self.assertLess(len(self.ready(self.db, 1)), self.log.executions)
        code, said = self.end(self.process)
        self.assertEqual(0, code, said)
        self._check_end(set(), 0)
        self.assertEqual(self.log.executions, len(self.log.started()))

    def _check_long_absence(self, dialect: str) -> None:
        self._begin(dialect, lease=2)

        self.proxy.shut()
        code, said = self.end(self.process)

        self.assertGreater(self.proxy.cut, 0, 'the fault never fired')
        self.assertEqual(4, code, said)
        self.assertNotIn('Traceback', said)
        self.assertIn('trailmark run resume 1', said)
        before, since = self.ready(self.db, 1), len(self.log.started())
        self.assertLess(len(before), self.log.executions)
        self.proxy.open()
        self._resume()
        self._check_end(before, since)

    def _check_lost_answer(self, dialect: str) -> None:
        self._begin(dialect)

        self.proxy.drop_commits(*[proxy.FLUSH] * 3, proxy.END)

        code, said = self.end(self.process)
        self.assertEqual(4, self.proxy.dropped, 'a fault never fired')
        self.assertEqual(0, code, said)
        self._check_end(set(), 0)
        self.assertEqual(self.log.executions, len(self.log.started()))

    def test_a_short_absence_of_postgresql_is_waited_out(self) -> None:
        """Nova: behaviour 35."""
        self._check_short_absence('postgresql', quiet=False)

    def test_a_short_absence_while_nothing_ends_is_waited_out(self) -> None:
        self._check_short_absence('postgresql', quiet=True)

    def test_a_short_absence_of_mariadb_is_waited_out(self) -> None:
        self._check_short_absence('mysql', quiet=False)

    def test_a_long_absence_of_postgresql_leaves_a_resumable_run(self) -> None:
        self._check_long_absence('postgresql')

    def test_a_long_absence_of_mariadb_leaves_a_resumable_run(self) -> None:
        self._check_long_absence('mysql')

    def test_a_commit_whose_answer_was_lost_on_postgresql_counts(self) -> None:
        self._check_lost_answer('postgresql')

    def test_a_commit_whose_answer_was_lost_on_mariadb_counts(self) -> None:
        self._check_lost_answer('mysql')

    def _check_lost_insertion(self, dialect: str) -> None:
        self._prepare(dialect)
        self.proxy.drop_commits(proxy.INSERTION)

        code, said = self.end(self._deploy())

        self.assertEqual(1, self.proxy.dropped, 'the fault never fired')
        self.assertEqual(0, code, said)
        self.assertIn('Run 1 is ready', said)
        self._check_end(set(), 0)
        self.assertEqual(self.log.executions, len(self.log.started()))

    def test_a_run_whose_insertion_was_not_answered_goes_on(self) -> None:
        self._check_lost_insertion('postgresql')

    def test_the_same_goes_on_on_mariadb(self) -> None:
        self._check_lost_insertion('mysql')

    def test_a_database_that_goes_away_after_the_insertion_is_waited_for(
        self,
    ) -> None:
        """Though nothing was shown of the run yet."""
        self._prepare('postgresql')
        self.proxy.drop_commits(proxy.INSERTION)
        process = self._deploy()
        self.until(lambda: self.proxy.dropped, 'the insertion')

        proxy.cut_for(self.proxy, 4)

        code, said = self.end(process)
        self.assertEqual(0, code, said)
        self._check_end(set(), 0)


_PORTS = {'postgresql': 5432, 'mysql': 3306}
