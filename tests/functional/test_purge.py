"""Old runs are purged while another one goes on."""

import json
import unittest
from typing import Any

from trailmark.tests import databases
from trailmark.tests.functional import base, processes


class PurgeTest(base.ProcessTestCase):
    """`trailmark db purge`, as a person types it."""

    def _folder(self, name: str, command: str) -> str:
        files = {
            'nodes.yaml': base.nodes('n1'),
            'release/default.yaml': [base.shell('a', command)],
        }
        return str(base.write(self.folder / name, files))

    def _deployed(
        self, times: int, database: str | None = None
    ) -> processes.Trailmark:
        engine = self.trailmark(database)
        if database is not None:
            self.assertEqual(0, engine.run('db', 'upgrade').code)
        folder = self._folder('old', 'echo done')
        for _ in range(times):
            done = engine.run('deploy', folder)
            self.assertEqual(0, done.code, done)
        return engine

    def _purge(
        self, engine: processes.Trailmark, *options: str
    ) -> dict[str, Any]:
        done = engine.run('db', 'purge', *options, '-f', 'json')
        self.assertEqual(0, done.code, done)
        shown: dict[str, Any] = json.loads(done.out)
        return shown

    def _runs(self, engine: processes.Trailmark) -> list[int]:
        done = engine.run('run', 'list', '-f', 'value', '-c', 'id')
        return [int(word) for word in done.out.split()]

    def _check_beside_a_run(self, database: str | None) -> None:
        engine = self._deployed(3, database)
        file = self.folder / 'go'
        waits = f'until [ -e {file} ]; do sleep 0.05; done'
        active = self.start(engine, 'deploy', self._folder('new', waits))
        self.until(lambda: len(self._runs(engine)) == 4, 'the run began')

        gone = self._purge(engine, '--keep-runs', '1')
        file.touch()

        self.assertEqual((2, 2), (gone['runs'], gone['executions']))
        self.assertEqual(0, self.end(active)[0])
        self.assertEqual([4, 3], self._runs(engine))

    def test_a_run_goes_on_while_others_are_purged(self) -> None:
        self._check_beside_a_run(None)

    def test_a_run_goes_on_beside_a_purge_on_servers(self) -> None:
        for dialect in ('postgresql', 'mysql'):
            reason = databases.why_not(dialect)
            if reason is not None:
                raise unittest.SkipTest(reason)
            self._check_beside_a_run(databases.fresh_url(dialect))
            (self.folder / 'go').unlink()

    def test_a_dry_purge_tells_what_the_next_one_does(self) -> None:
        engine = self._deployed(2)

        told = self._purge(engine, '--keep-runs', '1', '--dry-run')
        listed = self._runs(engine)
        gone = self._purge(engine, '--before', '0s', '--vacuum')

        self.assertEqual([2, 1], listed)
        # What is kept by why depends on what is asked for.
        went = [name for name in told if not name.startswith('kept_')]
        self.assertEqual(
            [told[name] for name in went], [gone[name] for name in went]
        )
        self.assertEqual((1, 0), (gone['runs'], gone['bytes_free']))
        self.assertEqual(2, engine.run('run', 'show', '1').code)

    def test_what_can_not_be_asked_is_refused(self) -> None:
        engine = self._deployed(1)
        for options, said in (
            ((), 'one of the arguments --before --keep-runs is required'),
            (('--before', 'soon'), "'soon' is no time"),
            (('--keep-runs', '0'), 'not a whole number from 1 up'),
            (('--keep-runs', '1', '--cluster', 'x'), 'no cluster x'),
        ):
            with self.subTest(options):
                done = engine.run('db', 'purge', *options)
                self.assertEqual((2, ''), (done.code, done.out))
                self.assertIn(said, done.err)
        self.assertEqual([1], self._runs(engine))
