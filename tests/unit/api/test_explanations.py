"""Explanations over the API."""

from typing import Any

from trailmark.common import states
from trailmark.db import flushes, records
from trailmark.tests.unit.api import served

E = states.ExecutionState
S = 1_000_000


class ExplanationsTest(served.ApiTestCase):
    def _explain(self, execution: str, **more: Any) -> Any:
        body = {'cluster': self.name, 'execution': execution, **more}
        return self.client.post('graphs/explain', json=body)

    def _run(self) -> None:
        """A run in which prepare took 4 s on n2."""
        self.deploy()
        _run, claim = self.engine.executed[-1]
        key, moves = (0, 2, 0), ((E.PENDING, E.RUNNING), (E.RUNNING, E.READY))
        for old, new in moves:
            ended = 5 * S if new == E.READY else None
            change = records.RowChange(
                key, old, new, 1, 0, 0, None, None, None, S, ended, None
            )
            batch = records.Batch(changes=[change])
            claim = flushes.flush(self.db, claim, batch)

    def test_a_stored_cluster_knows_how_long_things_took_last(self) -> None:
        self._run()

        told = self._explain('serve@n2').json()['explanation']

        self.assertEqual(4.0, told['path']['seconds'])
        self.assertEqual(1, told['path']['unknown'])
        first = told['path']['steps'][0]
        self.assertEqual(
            ('prepare@n2', 4.0), (first['execution'], first['seconds'])
        )

    def test_a_run_that_only_planned_tells_no_durations(self) -> None:
        self.dry_run()

        told = self._explain('serve@n2').json()['explanation']

        self.assertEqual(0, told['path']['seconds'])

    def test_an_origin_names_layer_file_task_and_field(self) -> None:
        self.dry_run()

        [before] = self._explain('serve@n2').json()['explanation']['before']

        [origin] = before['origins']
        self.assertEqual(
            ('serve', 'requires[0]'), (origin['task'], origin['field'])
        )
        found = origin['provenance']
        self.assertEqual(
            ('release', 'release/default.yaml'),
            (found['level'], found['file']),
        )

    def test_a_name_that_is_not_there_is_refused(self) -> None:
        self.dry_run()

        answer = self._explain('prepaer@n1')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn('did you mean prepare?', error['problems'][0]['message'])

    def test_it_has_to_be_said_what_is_to_be_explained(self) -> None:
        answer = self.client.post('graphs/explain', json={'cluster': 'x'})

        self.assert_refused(answer, 400, 'invalid_input')
