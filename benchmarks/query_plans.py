"""How a database goes about the statements that are sent to it."""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.db import connection

#: Statement -> the parameters that it was last sent with.
Statements = dict[str, Any]

_EXPLAIN = {'sqlite': 'EXPLAIN QUERY PLAN', 'mysql': 'EXPLAIN'}
#: Tables that no statement of a reader may read whole, and what they are
#: called in statements.
_LARGE = (
    *('tasks_history', 'task_transitions', 'h', 'c'),
    *('runs', 'run_graphs', 'run_nodes', 'run_tasks'),
)


@contextlib.contextmanager
def recorded(db: connection.Database) -> Iterator[Statements]:
    """Collect every SELECT that is sent meanwhile."""
    found: Statements = {}

    def note(
        _connection: Any, _cursor: Any, statement: str, *sent: Any
    ) -> None:
        if re.match(r'\s*(SELECT|WITH)\b', statement, re.I):
            found[statement] = sent[0]

    sa.event.listen(db.engine, 'before_cursor_execute', note)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, 'before_cursor_execute', note)


def explain(
    db: connection.Database, statement: str, parameters: Any
) -> list[str]:
    """The plan of a statement, line by line."""
    asked = f'{_EXPLAIN.get(db.dialect, "EXPLAIN")} {statement}'
    with db.reader() as opened:
        rows = opened.exec_driver_sql(asked, parameters).mappings().all()
    return [_line(db.dialect, row) for row in rows]


def _line(dialect: str, row: Mapping[str, Any]) -> str:
    if dialect == 'sqlite':
        return str(row['detail'])
    if dialect == 'postgresql':
        return str(row['QUERY PLAN'])
    return ' '.join(f'{name}={value}' for name, value in row.items())


def whole_reads(
    dialect: str, statement: str, lines: Sequence[str]
) -> list[str]:
    """Lines of a plan that read all of a large table."""
    names = '|'.join(_LARGE)
    pattern = {
        'postgresql': rf'Seq Scan on ({names})\b',
        'sqlite': rf'SCAN ({names})$',
        'mysql': rf'table=({names}) .*type=ALL',
    }[dialect]
    # SQLite says so too where it stops as soon as the page is full.
    sorts = any('TEMP B-TREE' in line for line in lines)
    if dialect == 'sqlite' and 'LIMIT' in statement and not sorts:
        return []
    return [line for line in lines if re.search(pattern, line)]
