"""Where the time of a run went, over the API."""

import unittest

from trailmark.api import times
from trailmark.common import states
from trailmark.db import flushes, records
from trailmark.flows import times as flow_times
from trailmark.tests.unit.api import served

E = states.ExecutionState
S = 1_000_000


class MovesTest(unittest.TestCase):
    def _executed(self, *moves: tuple[E, int]) -> flow_times.Executed | None:
        return times.executed_of(moves, 50)

    def test_attempts_are_added_up_without_the_pauses_between(self) -> None:
        told = self._executed(
            (E.RUNNING, 10), (E.PENDING, 14), (E.RUNNING, 20), (E.READY, 23)
        )

        self.assertEqual(flow_times.Executed(10, 23, 7, 4, 1), told)

    def test_an_attempt_that_runs_lasts_until_now(self) -> None:
        told = self._executed(
            (E.RUNNING, 10), (E.PENDING, 14), (E.RUNNING, 40)
        )

        self.assertEqual(flow_times.Executed(10, 50, 14, 4, 1), told)

    def test_a_failed_attempt_that_is_to_be_done_again_is_earlier(
        self,
    ) -> None:
        told = self._executed((E.RUNNING, 10), (E.ERROR, 14), (E.PENDING, 30))

        self.assertEqual(flow_times.Executed(10, 14, 4, 4, 1), told)

    def test_what_never_ran_is_left_out(self) -> None:
        self.assertIsNone(self._executed((E.DEP_FAILED, 3)))


class PausesTest(unittest.TestCase):
    def _pauses(self, *events: tuple[str, int]) -> list[tuple[int, int]]:
        rows = [
            records.RunEvent(number, 1, at, event, None, None)
            for number, (event, at) in enumerate(events)
        ]
        return [*times.pauses_of(rows, [12, 18])]

    def test_from_the_end_to_the_resume(self) -> None:
        found = self._pauses(('inserted', 1), ('ended', 20), ('resume', 30))

        self.assertEqual([(20, 30)], found)

    def test_from_the_last_trace_of_a_process_that_died(self) -> None:
        found = self._pauses(('inserted', 1), ('adopt', 15), ('adopt', 25))

        self.assertEqual([(12, 15), (18, 25)], found)

    def test_none_before_anything_was_done(self) -> None:
        self.assertEqual([], self._pauses(('inserted', 1), ('start', 5)))


class TimesTest(served.ApiTestCase):
    def _write(self, *moves: tuple[records.Key, E, E, int]) -> int:
        run = int(self.deploy()['run']['id'])
        _run, claim = self.engine.executed[-1]
        for key, old, new, second in moves:
            at, ended = second * S, new in states.FINISHED_STATES
            change = records.RowChange(
                key, old, new, 1, 0, 0, None, None, None, S, None, None
            )
            change.ended_at = at if ended else None
            claim = flushes.flush(
                self.db,
                claim,
                records.Batch(
                    changes=[change],
                    transitions=[records.Transition(key, old, new, 1, at)],
                ),
            )
        return run

    def test_a_run_has_its_critical_path_and_its_longest_tasks(self) -> None:
        key = (0, 2, 0)
        run = self._write(
            (key, E.PENDING, E.RUNNING, 1), (key, E.RUNNING, E.READY, 4)
        )

        told = self.client.get(f'runs/{run}/times').json()['times']

        [step] = told['critical_path']['steps']
        self.assertEqual(('prepare@n2', 3.0), _first(step))
        self.assertEqual('prepare', told['longest_tasks'][0]['task'])
        self.assertEqual(3.0, told['longest_tasks'][0]['total'])

    def test_an_attempt_that_is_to_be_done_again_is_a_retry(self) -> None:
        key = (0, 2, 0)
        run = self._write(
            (key, E.PENDING, E.RUNNING, 1), (key, E.RUNNING, E.PENDING, 4)
        )

        told = self.client.get(f'runs/{run}/times').json()['times']

        self.assertEqual(3.0, told['retries']['total'])
        self.assertEqual('prepare@n2', told['retries']['execution'])

    def test_a_run_that_only_planned_spent_no_time(self) -> None:
        told = self.client.get(f'runs/{self.dry_run()}/times').json()['times']

        self.assertEqual([], told['critical_path']['steps'])
        self.assertEqual([], told['longest_tasks'])

    def test_a_run_that_is_not_there_is_404(self) -> None:
        answer = self.client.get('runs/99999999/times')

        self.assert_refused(answer, 404, 'not_found')


def _first(step: dict[str, object]) -> tuple[object, object]:
    return step['execution'], step['seconds']
