"""What happens to the database."""

import random
import signal

from trailmark.tests.functional import cluster, kinds


def restart_database(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The database dies, or ends at once, and comes back."""
    kinds.restart(among.postgresql, chance, signal.SIGQUIT)
    # The test's own connections are lost with it.
    among.database.dispose()


ALL: tuple[kinds.Fault, ...] = (restart_database,)
