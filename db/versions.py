"""The version of the tables that this code needs, and the one there is."""

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db.connection import Database

#: The newest of migrations/versions; reading it there takes alembic, which
#: is slow to import and needed for upgrades only.
NEEDED = '0015'
_TABLE = sa.table('alembic_version', sa.column('version_num', sa.String))


def refuse_newer(found: str | None) -> None:
    """Raise SchemaNewer for a version that this code can't know.

    Revisions are numbers: what is none comes from elsewhere.
    """
    if found is not None and not (found.isdecimal() and found <= NEEDED):
        raise exceptions.SchemaNewer(found=found, needed=NEEDED)


def version(db: Database) -> tuple[str | None, str]:
    """Version of the tables (None: there are none) and the one needed.

    Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        if not sa.inspect(connection).has_table(_TABLE.name):
            return None, NEEDED
        return connection.execute(sa.select(_TABLE)).scalar(), NEEDED
