"""What running attempts print."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0004'
down_revision = '0003'

_BIG = sa.BigInteger()
_NUMBER = sa.Integer()
_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql', 'mariadb')


def upgrade() -> None:
    """Add the table."""
    key = {
        'run_id': _BIG,
        'graph_no': _NUMBER,
        'node_no': _NUMBER,
        'task_no': _NUMBER,
    }
    op.create_table(
        'task_outputs',
        *(
            sa.Column(part, kind, nullable=False, autoincrement=False)
            for part, kind in key.items()
        ),
        sa.Column('attempt', _NUMBER, nullable=False),
        sa.Column('size', _BIG, nullable=False),
        sa.Column('tail', _TEXT, nullable=False),
        sa.Column('at', _BIG, nullable=False),
        sa.PrimaryKeyConstraint(*key, name='pk_task_outputs'),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )
