"""An engine that purges old runs now and then, as its options say."""

import logging

from trailmark.db import (
    agents,
    clocks,
    connection,
    projects,
    purging,
    retention,
)

LOG = logging.getLogger(__name__)
_DAY = 24 * 3600
#: Who purges, in the audit.
_ACTOR = 'retention'
#: Seconds after which an agent that is gone is no longer listed.
_FORGOTTEN = 7 * _DAY


class Retention:
    """Keeps runs of so many days, so many of a cluster; 0: no such rule."""

    def __init__(
        self, database: connection.Database, keep_days: int, keep_runs: int
    ) -> None:
        self._database = database.of(projects.Scope(user=_ACTOR))
        self._days, self._runs = keep_days, keep_runs

    def __call__(self) -> None:
        """Purge once. Raises DatabaseUnavailable."""
        agents.forget(self._database, _FORGOTTEN)
        if not (self._days or self._runs):
            return
        before = None
        if self._days:
            # Runs ended by the database's clock, whatever this machine's is.
            ago = self._days * _DAY * 1_000_000
            before = clocks.moment(self._database) - ago
        gone = purging.purge(
            self._database, retention.Policy(before, self._runs or None)
        )
        if gone.get('runs'):
            LOG.info('purged: %s', dict(gone))
