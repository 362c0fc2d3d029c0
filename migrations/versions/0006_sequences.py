"""Sequences of releases, and clusters that were reset."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0006'
down_revision = '0005'

_BIG = sa.BigInteger()
_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_NAME = sa.String(255)
_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql', 'mariadb')


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        'sequences',
        sa.Column('id', _ID, nullable=False, autoincrement=True),
        sa.Column('release_id', _BIG, nullable=False),
        sa.Column('name', _NAME, nullable=False),
        sa.Column('graphs', _TEXT, nullable=False),
        sa.Column('created_at', _BIG, nullable=False),
        sa.Column('updated_at', _BIG, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_sequences'),
        sa.ForeignKeyConstraint(
            ['release_id'],
            ['releases.id'],
            name='fk_sequences_release_id',
            ondelete='CASCADE',
        ),
        sa.UniqueConstraint(
            'release_id', 'name', name='uq_sequences_release_id_name'
        ),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )
    op.add_column('clusters', sa.Column('reset_run', _BIG))
