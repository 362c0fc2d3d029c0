"""The requests that runs came of, and the nodes that they were meant for."""

import json
import uuid

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'

_NAME = sa.String(255)


def upgrade() -> None:
    """Add the columns, and fill them from what is known of runs."""
    _add_requests()
    _add_chosen()
    if op.get_bind().dialect.name == 'sqlite':
        _never_reuse_ids()


def _add_requests() -> None:
    runs = sa.table(
        'runs',
        sa.column('id', sa.BigInteger()),
        sa.column('request', sa.Text()),
        sa.column('request_id', _NAME),
    )
    # To make `runs` anew would take the rows along that refer to it.
    op.add_column(
        'runs',
        sa.Column('request_id', _NAME, nullable=False, server_default=''),
    )
    connection = op.get_bind()
    told = [
        {'run': number, 'said': _request_id(request)}
        for number, request in connection.execute(
            sa.select(runs.c.id, runs.c.request)
        )
    ]
    if told:
        connection.execute(
            runs.update()
            .where(runs.c.id == sa.bindparam('run'))
            .values(request_id=sa.bindparam('said')),
            told,
        )
    op.create_index('ix_runs_request_id', 'runs', ['request_id'])


def _request_id(request: str) -> str:
    asked = json.loads(request).get('context') or {}
    return str(asked.get('request_id') or f'req-{uuid.uuid4()}')


def _add_chosen() -> None:
    """Of runs that there are, nodes on which not everything was skipped."""
    op.add_column(
        'run_nodes',
        sa.Column(
            'chosen', sa.Boolean(), nullable=False, server_default=sa.false()
        ),
    )
    op.execute(
        sa.text(
            'UPDATE run_nodes SET chosen = :yes WHERE EXISTS (SELECT 1'
            ' FROM tasks_history h WHERE h.run_id = run_nodes.run_id'
            ' AND h.node_no = run_nodes.node_no AND h.node_no <> 0'
            " AND h.state <> 'skipped')"
        ).bindparams(sa.bindparam('yes', True, sa.Boolean()))
    )


def _never_reuse_ids() -> None:
    """The history of a node that is gone is no other's."""
    connection = op.get_bind()
    with op.batch_alter_table(
        'nodes', recreate='always', table_kwargs={'sqlite_autoincrement': True}
    ):
        pass
    last = connection.execute(
        sa.text(
            'SELECT max(coalesce((SELECT max(id) FROM nodes), 0),'
            ' coalesce((SELECT max(node_id) FROM run_nodes), 0))'
        )
    ).scalar()
    connection.execute(
        sa.text("DELETE FROM sqlite_sequence WHERE name = 'nodes'")
    )
    connection.execute(
        sa.text("INSERT INTO sqlite_sequence VALUES ('nodes', :last)"),
        {'last': last},
    )
