"""The database of a process, opened as its configuration says."""

import pathlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from oslo_config import cfg

from trailmark.app import configuration, state
from trailmark.common import exceptions
from trailmark.db import connection, versions

FILE = 'trailmark.db'


class Storage:
    """A database, embedded in the state directory or named by `conf`."""

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        directory: pathlib.Path | None = None,
        idle_seconds: float | None = None,
    ) -> None:
        named: str | None = conf.database.connection
        self._file = None
        if named:
            self.db = connection.Database(named, idle_seconds=idle_seconds)
        else:
            self._file = (directory or state.directory()) / FILE
            self.db = connection.Database.embedded(self._file)

    def prepare(self) -> None:
        """See that the tables are right; an embedded database upgrades.

        Raises SchemaOutdated, SchemaNewer, DatabaseUnavailable,
        StateUnusable.
        """
        if self._file is None:
            self.check()
            return
        is_new = not self._file.exists()
        # SQLite gives its other files the mode of this one.
        state.make_private(self._file)
        if is_new:
            self.upgrade()
            return
        found, needed = versions.version(self.db)
        if found != needed:
            self.upgrade()

    def check(self) -> None:
        """Raise SchemaOutdated or SchemaNewer unless tables are as needed."""
        found, needed = versions.version(self.db)
        versions.refuse_newer(found)
        if found != needed:
            raise exceptions.SchemaOutdated(
                found=found or 'none', needed=needed
            )

    def upgrade(self) -> None:
        """Bring the tables to the newest revision.

        Raises SchemaNewer, DatabaseUnavailable.
        """
        from trailmark.db import schema  # late: 0.08 s, alembic

        versions.refuse_newer(versions.version(self.db)[0])
        schema.upgrade(self.db)

    def version(self) -> tuple[str, str]:
        """Revision of the tables, or `none`, and the one that is needed."""
        found, needed = versions.version(self.db)
        return found or 'none', needed


@contextmanager
def from_files(files: Sequence[str]) -> Iterator[Storage]:
    """The database that these files of options and the environment name."""
    storage = Storage(configuration.read(files))
    try:
        yield storage
    finally:
        storage.db.dispose()
