"""A run that ended in error: what was wrong is mended, the run resumed."""

import collections

from trailmark.tests.functional import base, processes, sidelog

_STARTED = 'error', 'dep_failed', 'cancelled'


class MendTest(base.ProcessTestCase):
    """Resume runs exactly what failed, was blocked or never started."""

    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.Log(self.folder / 'log')
        self.mended = self.folder / 'mended'
        self.source = base.write(
            self.folder / 'web',
            {
                'nodes.yaml': base.nodes('n1', 'n2', 'n3'),
                'release/default.yaml': self._tasks(),
            },
        )
        self.engine = self.trailmark()

    def _tasks(self, last: str = 'true') -> list[dict[str, object]]:
        """`copy` fails on n2 until it is mended, and is slow elsewhere."""
        copy = (
            'if [ $TRAILMARK_NODE = n2 ];'
            f' then test -e {self.mended}; else sleep 0.5; fi'
        )
        first, last = self.log.script('true'), self.log.script(last)
        return [
            base.shell('first', first),
            base.shell('copy', self.log.script(copy), requires=['first']),
            base.shell('last', last, requires=['copy']),
            base.shell('beside', first, requires=['first']),
        ]

    def _deploy(self, code: int, *options: str) -> processes.Result:
        done = self.engine.run('deploy', str(self.source), *options)
        self.assertEqual(code, done.code, done)
        return done

    def _resume(
        self, code: int, *options: str, run: str = '1'
    ) -> processes.Result:
        done = self.engine.run('run', 'resume', run, *options)
        self.assertEqual(code, done.code, done)
        self.assertNotIn('Traceback', done.err)
        return done

    def test_exactly_what_was_not_done_runs_again(self) -> None:
        failed = self._deploy(1)
        self.assertIn('copy@n2 failed: attempt 1, exit code 1', failed.out)
        states = self.states(self.database(), 1)
        self.assertEqual('error', states['copy@n2'])
        self.assertEqual('dep_failed', states['beside@n2'])
        self.assertEqual({*_STARTED, 'ready'}, set(states.values()))
        undone = [name for name, state in states.items() if state != 'ready']
        since = len(self.log.started())
        self.mended.touch()

        self._resume(0)

        self.assertEqual(sorted(undone), sorted(self.log.started()[since:]))
        self.assertEqual([], self.log.twice())
        self.assertEqual(set(states), self.ready(self.database(), 1))
        refused = self._resume(2)
        self.assertIn('Run 1 has ended ready', refused.err)

    def test_a_skipped_execution_holds_nothing_up(self) -> None:
        self._deploy(1)

        self._resume(0, '--skip', 'copy@n2')

        states = self.states(self.database(), 1)
        self.assertEqual('skipped', states.pop('copy@n2'))
        self.assertEqual({'ready'}, set(states.values()))
        tries = collections.Counter(self.log.started())
        self.assertEqual(1, tries['copy@n2'])
        self.assertEqual(1, tries['last@n2'])

    def test_an_unknown_skip_is_refused_and_resumes_nothing(self) -> None:
        self._deploy(1)
        before = self.states(self.database(), 1)

        refused = self._resume(2, '--skip', 'copi@n2')

        self.assertIn('copi@n2', refused.err)
        self.assertEqual(before, self.states(self.database(), 1))

    def test_a_run_with_a_later_one_of_its_cluster_is_refused(self) -> None:
        self._deploy(1)
        self.mended.touch()
        self._deploy(0)
        since = len(self.log.started())

        refused = self._resume(2)

        self.assertIn('run 2', refused.err)
        self.assertEqual(since, len(self.log.started()))

    def test_a_changed_graph_is_named_and_the_stored_one_runs(self) -> None:
        self._deploy(1)
        changed = self._tasks('touch changed')
        changed.append(base.shell('added', 'true'))
        base.write(self.source, {'release/default.yaml': changed})
        self._deploy(0, '--dry-run')
        self.mended.touch()

        resumed = self._resume(0)

        self.assertIn(' added, last;', resumed.err)
        names = {name.partition('@')[0] for name in self.log.finished()}
        self.assertEqual({'first', 'copy', 'last', 'beside'}, names)
        state = self.folder / 'state'
        self.assertEqual([], list(state.rglob('changed')))
