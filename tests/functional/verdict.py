"""What must be true of a run, whatever faults happened meanwhile."""

import collections
import unittest

from trailmark.common.states import ExecutionState, RunState
from trailmark.db import faults as db_faults
from trailmark.db import records, runs, tasks_history, transitions
from trailmark.tests.functional import cluster, sidelog

NODES, STEPS = 4, 20


class Verdict:
    """Compares runs of one side log with what the database says of them."""

    def __init__(
        self,
        case: unittest.TestCase,
        among: cluster.Cluster,
        log: sidelog.SideLog,
    ) -> None:
        self._case, self._among, self._log = case, among, log
        self._database = among.database
        #: Names that were ready once, by run.
        self._ready: dict[int, set[str]] = collections.defaultdict(set)
        #: Ready names and the number of starts then, by run.
        self._seen: list[tuple[int, set[str], int]] = []

    def check_meanwhile(self, run: int) -> None:
        """Nothing that was ready is undone, nothing runs beside itself."""
        case, starts = self._case, len(self._log.started())
        ready = {
            _name(row)
            for row in self._rows(run)
            if row.state == ExecutionState.READY
        }
        case.assertEqual(set(), self._ready[run] - ready, 'it was undone')
        self._ready[run] |= ready
        self._seen.append((run, ready, starts))
        case.assertEqual([], self._log.twice(), 'an attempt started twice')
        case.assertEqual([], self._log.overlaps())

    def check_end(self, run: int) -> None:
        """The run is ready, and so is all of it, done once and in order."""
        found = runs.get(self._database, run)
        self._case.assertEqual(RunState.READY, found.state, found)
        self.check_meanwhile(run)
        lines = [
            line for line in self._log.lines() if line[1].startswith(f'{run}.')
        ]
        self._check_again(run)
        self._check_order(lines)
        self._check_repeats(lines)
        self._check_attempts(run)
        self._check_chain(run)

    def _rows(self, run: int) -> list[records.HistoryRow]:
        found = tasks_history.page(self._database, run=run, limit=100_000)
        return [row for row in found if row.node is not None]

    def _check_again(self, run: int) -> None:
        """What was ready once never started again."""
        lines = [line for line in self._log.lines() if line[0] == 'start']
        for other, ready, starts in self._seen:
            if other == run:
                later = {
                    line[2]
                    for line in lines[starts:]
                    if line[1].startswith(f'{run}.')
                }
                self._case.assertEqual(set(), ready & later, 'it ran again')

    def _check_order(self, lines: list[list[str]]) -> None:
        """A step starts after the one before it ended, the second half of
        all nodes after the first half of all."""
        ended: set[str] = set()
        half = STEPS // 2
        first = {f't{half - 1}@n{number}' for number in range(1, NODES + 1)}
        for what, _, *names in lines:
            if what == 'end':
                ended.add(names[0])
            elif what == 'start':
                step, node = names[0].split('@')
                number = int(step[1:])
                if number:
                    self._case.assertIn(f't{number - 1}@{node}', ended)
                if number >= half:
                    self._case.assertEqual(set(), first - ended)
        self._case.assertEqual(NODES * STEPS, len(ended))

    def _check_repeats(self, lines: list[list[str]]) -> None:
        """No command ran again after it had ended, but where its end was
        forgotten with all that the machine knew."""
        ended: set[str] = set()
        repeated: collections.Counter[str] = collections.Counter()
        for what, _, *names in lines:
            if what == 'end':
                ended.add(names[0])
            elif what == 'start' and names[0] in ended:
                repeated[names[0].split('@')[1]] += 1
        for node, count in repeated.items():
            self._case.assertLessEqual(
                count, self._among.forgotten[node], f'repeats on {node}'
            )

    def _check_attempts(self, run: int) -> None:
        """Another attempt only where the one before was interrupted."""
        kinds = db_faults.of_run(self._database, run, 10_000)
        others = [fault for fault in kinds if fault.kind != 'Interrupted']
        self._case.assertEqual([], others)
        row_of = {
            (row.graph, row.node_no, row.task_no): row
            for row in self._rows(run)
        }
        interrupted = collections.Counter(fault.key for fault in kinds)
        for key, row in row_of.items():
            self._case.assertEqual(
                1 + interrupted[key], row.attempt, _name(row)
            )
        on_node = collections.Counter(
            row_of[fault.key].node for fault in kinds
        )
        for node, count in on_node.items():
            self._case.assertLessEqual(
                count, self._among.interrupted[node], f'attempts on {node}'
            )

    def _check_chain(self, run: int) -> None:
        """Every row went from state to state, each written by one engine."""
        now: dict[records.Key, ExecutionState] = {}
        after = 0
        while found := transitions.page(
            self._database, run, after_id=after, limit=1000
        ):
            for move in found:
                before = now.get(move.key, ExecutionState.PENDING)
                self._case.assertEqual(before, move.old, move)
                now[move.key] = move.new
            after = found[-1].id
        self._case.assertEqual({ExecutionState.READY}, set(now.values()))


def _name(row: records.HistoryRow) -> str:
    return f'{row.task}@{row.node}'
