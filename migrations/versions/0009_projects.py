"""Clusters belong to projects."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    """Add the column; what there is belongs to no project."""
    op.add_column('clusters', sa.Column('project_id', sa.String(255)))
    op.create_index('ix_clusters_project_id', 'clusters', ['project_id'])
