"""The planner of this process, made when it is needed."""

import functools
import pathlib

from trailmark.drivers import catalog, settings
from trailmark.messaging import contracts


class LatePlanner:
    """A Planner; commands that plan nothing don't load the agent."""

    def __init__(
        self, directory: pathlib.Path, options: settings.Settings
    ) -> None:
        self._directory = directory
        self._options = options

    def steps(
        self, attempt: contracts.TaskAttempt, instance: contracts.Instance
    ) -> tuple[str, ...]:
        """Sentences about what an attempt would do, secrets masked."""
        return self._made.steps(attempt, instance)

    @functools.cached_property
    def _made(self) -> contracts.Planner:
        from trailmark.agent import planning  # late: 0.09 s

        drivers = catalog.drivers(self._options)
        return planning.Planner(drivers, self._directory)
