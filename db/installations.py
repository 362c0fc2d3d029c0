"""What tells one database from every other."""

import sqlalchemy as sa

from trailmark.db import tables
from trailmark.db.connection import Database


def identity(db: Database) -> str:
    """The name that the database was given when its tables were made.

    Numbers of runs start anew in every database: what is kept outside of it
    by such numbers is kept apart by this. Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        found = connection.execute(sa.select(tables.installations.c.id))
        return str(found.scalar_one())
