"""No reader of histories and lists reads all there is."""

import functools
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import RunState
from trailmark.db import (
    history_filters,
    run_filters,
    runs,
    tasks_history,
    transitions,
)
from trailmark.tests.unit.db import base

#: What SQLite says where no index leads to rows of a large table.
_WHOLE = re.compile(r'SCAN (h|c|tasks_history|task_transitions|run_\w+)$')
_SCOPES: tuple[dict[str, Any], ...] = (
    {'run': 1},
    {'cluster': 1},
    {'nodes': ['n1', 7]},
    {'cluster': 1, 'nodes': ['n1']},
)
_CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {'statuses': ['error']},
    {'tasks': ['a', 'x:b']},
    {'types': ['x']},
    {'statuses': ['error'], 'tasks': ['a'], 'types': ['x']},
)


class QueryPlansTest(base.DatabaseTest):
    def setUp(self) -> None:
        super().setUp()
        self.run_id = self.ended(RunState.STOPPED)
        self.cluster_id = runs.get(self.db, self.run_id).cluster_id

    def assert_led_by_indexes(self, read: Callable[[], object]) -> None:
        """Every statement that is sent meanwhile finds rows by an index."""
        sent: list[tuple[str, Any]] = []

        def note(*event: Any) -> None:
            if event[2].lstrip().startswith('SELECT'):
                sent.append((event[2], event[3]))

        sa.event.listen(self.db.engine, 'before_cursor_execute', note)
        read()
        sa.event.remove(self.db.engine, 'before_cursor_execute', note)
        self.assertNotEqual([], sent)
        with self.db.reader() as opened:
            for statement, values in sent:
                asked = f'EXPLAIN QUERY PLAN {statement}'
                plan = opened.exec_driver_sql(asked, values).all()
                whole = [row[3] for row in plan if _WHOLE.search(row[3])]
                self.assertEqual([], whole, statement)

    def filters(self) -> list[history_filters.Filter]:
        own = {'run': self.run_id, 'cluster': self.cluster_id}
        return [
            history_filters.Filter(
                **{
                    name: own.get(name, value) for name, value in scope.items()
                },
                **choice,
            )
            for scope in _SCOPES
            for choice in _CHOICES
        ]

    def test_histories_are_led_by_indexes(self) -> None:
        """History: behaviour 23."""
        for which in self.filters():
            with self.subTest(str(which)):
                self.assert_led_by_indexes(
                    functools.partial(tasks_history.page_of, self.db, which)
                )

    def test_transitions_are_led_by_indexes(self) -> None:
        for which in self.filters():
            with self.subTest(str(which)):
                self.assert_led_by_indexes(
                    functools.partial(transitions.of_runs, self.db, which)
                )

    def test_lists_of_runs_are_led_by_indexes(self) -> None:
        for which in (
            run_filters.Filter(cluster=self.cluster_id),
            run_filters.Filter(nodes=['n1', 7], states=['stopped']),
            run_filters.Filter(types=['default'], until=5),
        ):
            with self.subTest(str(which)):
                self.assert_led_by_indexes(
                    functools.partial(runs.list_all, self.db, which)
                )
