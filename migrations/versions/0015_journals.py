"""How far engines have seen the journals of agents."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'


def upgrade() -> None:
    """Add the table; what there is, is seen with the next reports."""
    op.create_table(
        'journals',
        sa.Column('journal', sa.String(64), primary_key=True),
        sa.Column('sequence', sa.BigInteger(), nullable=False),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )
