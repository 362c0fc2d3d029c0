"""Drawings of runs while they run, and when they have ended."""

from trailmark.tests import drawings
from trailmark.tests.functional import base

_WAIT = 'touch {0}/here; until [ -e {0}/go ]; do sleep 0.05; done; exit 1'


class PlotsTest(base.ProcessTestCase):
    """A task that waits and then fails, which cancels what is behind it."""

    def setUp(self) -> None:
        super().setUp()
        self.engine = self.trailmark()
        first = base.shell('first', _WAIT.format(self.folder), roles=['w'])
        tasks = [
            first,
            base.shell('then', 'true', requires=['first']),
            base.shell('other', 'true', roles=['v']),
        ]
        nodes = [*base.nodes('n1'), *base.nodes('n2', role='v')]
        self.deployment = base.write(
            self.folder / 'shop',
            {'nodes.yaml': nodes, 'release/default.yaml': tasks},
        )

    def _colours(self) -> dict[str, str]:
        done = self.engine.run('graph', 'plot', '--run', '1')
        self.assertEqual(0, done.code, done)
        drawn = drawings.nodes(done.out)
        return {
            name: drawn[name]['fillcolor'].strip('"')
            for name in ('first@n1', 'then@n1', 'other@n2')
        }

    def test_a_run_is_coloured_while_it_runs_and_when_it_has_failed(
        self,
    ) -> None:
        process = self.start(self.engine, 'deploy', str(self.deployment))
        here = self.folder / 'here'
        self.until(here.exists, 'the first task')
        self.until(
            lambda: 'other@n2' in self.ready(self.database(), 1), 'the other'
        )

        running = self._colours()
        (self.folder / 'go').touch()
        self.end(process)

        last = {'other@n2': 'green'}
        self.assertEqual(
            {'first@n1': 'blue', 'then@n1': 'white', **last}, running
        )
        self.assertEqual(
            {'first@n1': 'red', 'then@n1': 'gray', **last}, self._colours()
        )
