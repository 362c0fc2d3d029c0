"""The audit: events of runs, and what else was asked, for good."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0014'
down_revision = '0010'

_BIG = sa.BigInteger()
_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_NAME = sa.String(255)
_SHORT = sa.String(16)
_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql', 'mariadb')


def upgrade() -> None:
    """Make the table, take over the events, and drop theirs."""
    op.create_table(
        'audit',
        sa.Column('id', _ID, nullable=False, autoincrement=True),
        sa.Column('at', _BIG, nullable=False),
        sa.Column('actor', _NAME),
        sa.Column('project_id', _NAME),
        sa.Column('event', sa.String(64), nullable=False),
        sa.Column('kind', _SHORT, nullable=False),
        sa.Column('name', _NAME),
        sa.Column('run_id', _BIG),
        sa.Column('cluster_id', _BIG),
        sa.Column('message', _TEXT),
        sa.Column('counts', _TEXT),
        sa.PrimaryKeyConstraint('id', name='pk_audit'),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
        sqlite_autoincrement=True,
    )
    name = 'CHAR' if op.get_bind().dialect.name == 'mysql' else 'VARCHAR'
    op.execute(
        'INSERT INTO audit (at, actor, event, kind, name, run_id, cluster_id,'
        " message) SELECT e.at, e.actor, e.event, 'run',"
        f' CAST(e.run_id AS {name}(20)), e.run_id, r.cluster_id, e.message'
        ' FROM run_events e JOIN runs r ON r.id = e.run_id ORDER BY e.id'
    )
    for columns in (('run_id',), ('cluster_id', 'id'), ('actor', 'id')):
        op.create_index(f'ix_audit_{"_".join(columns)}', 'audit', columns)
    op.create_index('ix_audit_at', 'audit', ['at'])
    op.drop_table('run_events')
