"""Executions in each state of tasks and nodes of runs, as counters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'

_STATES = (
    *('pending', 'running', 'ready', 'error'),
    *('skipped', 'dep_failed', 'cancelled'),
)
_ENDED = "('ready', 'error', 'skipped', 'dep_failed', 'cancelled')"
#: Runs whose executions one statement counts at most.
_RUNS = 500
_COUNTED = ', '.join(
    f"SUM(CASE WHEN state = '{state}' THEN 1 ELSE 0 END) AS {state}"
    for state in _STATES
)
_COUNTS = (
    f'SELECT run_id, {{by}}, {_COUNTED} FROM tasks_history'
    ' WHERE run_id BETWEEN :first AND :last GROUP BY run_id, {by}'
)
_COLUMNS = {state: f'd.{state}' for state in _STATES}
# Times up to where the tasks of a run were counted stand there already.
_TIMES = (
    'SELECT x.run_id, x.task_no,'
    " MIN(CASE WHEN x.new_state = 'running' THEN x.at END) AS started_at,"
    f' MAX(CASE WHEN x.new_state IN {_ENDED} THEN x.at END) AS completed_at,'
    ' MAX(x.at) AS updated_at FROM task_transitions x'
    ' WHERE x.run_id = :run AND x.id > :above GROUP BY x.run_id, x.task_no'
)
_NEW_TIMES = {
    'started_at': 'COALESCE(t.started_at, d.started_at)',
    'completed_at': 'COALESCE(d.completed_at, t.completed_at)',
    'updated_at': 'd.updated_at',
}
_NEWEST = sa.text(
    'SELECT r.id, r.counted_to, (SELECT COALESCE(MAX(x.id), 0)'
    ' FROM task_transitions x WHERE x.run_id = r.id) AS newest FROM runs r'
    ' ORDER BY r.id'
)
_PASS = sa.text('UPDATE runs SET counted_to = :to WHERE id = :run')


def upgrade() -> None:
    """Add the counters, and fill them for the runs that there are."""
    for table in ('run_tasks', 'run_nodes'):
        for state in _STATES:
            op.add_column(
                table,
                sa.Column(
                    *(state, sa.Integer()), nullable=False, server_default='0'
                ),
            )
    bind = op.get_bind()
    runs = bind.execute(_NEWEST).all()
    for at in range(0, len(runs), _RUNS):
        some = runs[at : at + _RUNS]
        span = {'first': some[0].id, 'last': some[-1].id}
        for table, by in (('run_tasks', 'task_no'), ('run_nodes', 'node_no')):
            counts = _COUNTS.format(by=by)
            bind.execute(_update(table, by, counts, _COLUMNS), span)
    for run in runs:
        if run.newest > run.counted_to:
            _pass(run)
    for name in ('completed', 'failed'):
        op.drop_column('run_tasks', name)


def _pass(run: Any) -> None:
    """What happened since the tasks of a run were counted counts now."""
    bind, bounds = op.get_bind(), {'run': run.id, 'above': run.counted_to}
    times = _update('run_tasks', 'task_no', _TIMES, _NEW_TIMES)
    bind.execute(times, bounds)
    bind.execute(_PASS, {'run': run.id, 'to': run.newest})


def _update(
    table: str, by: str, found: str, values: dict[str, str]
) -> sa.TextClause:
    where = f't.run_id = d.run_id AND t.{by} = d.{by}'
    if op.get_bind().dialect.name in ('mysql', 'mariadb'):
        sets = ', '.join(f't.{name} = {new}' for name, new in values.items())
        text = f'UPDATE ({found}) d JOIN {table} t ON {where} SET {sets}'
    else:
        sets = ', '.join(f'{name} = {new}' for name, new in values.items())
        text = f'UPDATE {table} AS t SET {sets} FROM ({found}) d WHERE {where}'
    return sa.text(text)
