"""How alembic runs: on the connection and metadata that it is given."""

from alembic import context

given = context.config.attributes
context.configure(
    connection=given['connection'],
    target_metadata=given['metadata'],
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
