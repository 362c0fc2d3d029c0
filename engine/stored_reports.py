"""Outcomes that other engines heard and stored for the run's own."""

import contextlib

from trailmark.common import exceptions
from trailmark.db import connection, reports
from trailmark.engine import inbox
from trailmark.messaging import contracts, wire


class StoredReports:
    """Takes in what waits for a run in the database, in its thread."""

    def __init__(
        self, database: connection.Database, run: int, into: inbox.Inbox
    ) -> None:
        self._database, self._run, self._inbox = database, run, into

    def take(self) -> None:
        """Have waiting outcomes taken in; drop those that were.

        What is not durable yet waits on, and so does everything while the
        database is away.
        """
        with contextlib.suppress(exceptions.DatabaseUnavailable):
            self._take()

    def _take(self) -> None:
        found = reports.of_run(self._database, self._run)
        if not found:
            return
        outcomes = wire.load(
            list(found.values()), tuple[contracts.Outcome, ...]
        )
        said = self._inbox.report(contracts.Report('', '', outcomes=outcomes))
        reports.drop(self._database, self._run, said.committed)

    def drop(self) -> None:
        """The run has ended: nothing of it is wanted."""
        with contextlib.suppress(exceptions.DatabaseUnavailable):
            reports.drop_all(self._database, self._run)
