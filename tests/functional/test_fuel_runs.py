"""Runs that Fuel's clients ask for, on a real engine."""

from typing import Any

import httpx

from trailmark.tests.functional import serving

_NODES = """
- {name: n1, roles: [web]}
- {name: n2, roles: [web]}
"""
_GROUP = '- {id: web, type: group, roles: [web], fault_tolerance: 1}'


def _task(id: str, command: str) -> str:
    return (
        f'- {{id: {id}, type: shell, version: 2.0.0, roles: [web],'
        f' parameters: {{cmd: "{command}", timeout: 60, retries: 0}}}}\n'
    )


class FuelRunsTest(serving.ServingTestCase):
    def setUp(self) -> None:
        super().setUp()
        _process, url = self.serve()
        self.api = httpx.Client(base_url=f'{url}/api/v1', timeout=60)
        self.addCleanup(self.api.close)

    def _store(self, **graphs: str) -> None:
        """Cluster 1 of release 1, with these graphs."""
        files = {f'release/{kind}.yaml': text for kind, text in graphs.items()}
        body = {
            'source': '/shop',
            'name': 'shop',
            'files': {'nodes.yaml': _NODES, **files},
            'graph_types': list(graphs),
            'dry_run': True,
        }
        answer = self.api.post('deployments', json=body)
        self.assertEqual(201, answer.status_code, answer.text)

    def _sequence(self, *types: str) -> int:
        """The run of a new sequence."""
        body = {
            'release': 1,
            'name': 'all',
            'graphs': [{'type': kind} for kind in types],
        }
        number = self.api.post('sequences/', json=body).json()['id']
        answer = self.api.post(
            f'sequences/{number}/execute/', json={'cluster': 1}
        )
        self.assertEqual(202, answer.status_code, answer.text)
        return int(answer.json()['id'])

    def _ended(self, run: int) -> dict[str, Any]:
        url = f'transactions/{run}/'
        self.until(
            lambda: self.api.get(url).json()['status'] in ('ready', 'error'),
            *('it ends', 60),
        )
        told: dict[str, Any] = self.api.get(url).json()
        return told

    def _history(self, run: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.api.get(
            f'transactions/{run}/deployment_history/'
        ).json()
        return rows

    def _status(self) -> str | None:
        status: str | None = self.api.get('clusters/1').json()['run_status']
        return status

    def test_graphs_of_a_sequence_run_one_after_the_other(self) -> None:
        """Fuel: behaviours 51 and 54."""
        self._store(first=_task('a', 'sleep 0.3'), second=_task('b', 'true'))

        told = self._ended(self._sequence('first', 'second'))

        self.assertEqual(('ready', 100), (told['status'], told['progress']))
        rows = self._history(told['id'])
        a, b = (
            [row for row in rows if row['task_name'] == name]
            for name in ('a', 'b')
        )
        self.assertLessEqual(
            max(row['time_end'] for row in a),
            min(row['time_start'] for row in b),
        )
        self.assertEqual('ready', self._status())

    def test_a_graph_behind_one_that_failed_never_starts(self) -> None:
        """Fuel: behaviour 52."""
        self._store(first=_task('a', 'exit 3'), second=_task('b', 'true'))

        told = self._ended(self._sequence('first', 'second'))

        self.assertEqual('error', told['status'])
        late = [
            (row['status'], row['time_start'])
            for row in self._history(told['id'])
            if row['task_name'] == 'b'
        ]
        self.assertEqual(2, len(late))
        self.assertLessEqual(
            set(late), {('cancelled', None), ('dep_failed', None)}
        )
        self.assertEqual('error', self._status())

    def test_nodes_may_fail_within_tolerance(self) -> None:
        """Fuel: behaviour 53."""
        only = 'test $TRAILMARK_NODE != n1'
        self._store(default=_task('a', only) + _GROUP)

        run = self.api.put('clusters/1/changes', json={}).json()['id']

        told = self._ended(run)
        self.assertEqual('ready', told['status'])
        self.assertIn('n1', told['message'])
        states = {
            row['status']
            for row in self._history(run)
            if row['task_name'] == 'a'
        }
        self.assertEqual({'ready', 'error'}, states)

    def test_a_run_is_stopped_and_its_cluster_reset(self) -> None:
        """Fuel: behaviours 59 and 65."""
        hold = self.folder / 'go'
        wait = f'until test -e {hold}; do sleep 0.1; done'
        self._store(first=_task('a', wait), second=_task('b', 'true'))
        run = self._sequence('first', 'second')

        busy = self.api.put('clusters/1/reset/', json={})
        stop = self.api.put('clusters/1/stop_deployment/', json={})
        hold.touch()
        told = self._ended(run)
        reset = self.api.put('clusters/1/reset/', json={})

        self.assertEqual(
            [409, 202, 202], [each.status_code for each in (busy, stop, reset)]
        )
        self.assertEqual('error', told['status'])
        self.assertIsNone(self._status())
        late = [r for r in self._history(run) if r['task_name'] == 'b']
        self.assertEqual(
            [('pending', None, None)] * 2,
            [(r['status'], r['time_start'], r['time_end']) for r in late],
        )
