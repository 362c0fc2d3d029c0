"""What is said to an engine of runs that it does not drive."""

from trailmark.common import states
from trailmark.db import connection, reports, runs, tasks_history
from trailmark.messaging import contracts, parts, wire


class Strays:
    """Answers from the database, and keeps outcomes for a run's own engine.

    `keeps` False: they stay in the journal, which that engine asks.
    """

    def __init__(
        self, database: connection.Database, keeps: bool = True
    ) -> None:
        self._database, self._keeps = database, keeps

    def answer(
        self, run: int, part: contracts.Report
    ) -> contracts.ReportAnswer:
        """Nothing of a run that has ended is wanted any more.

        Raises DatabaseUnavailable.

        Guard: stored-report.
        """
        every = tuple(each.attempt_id for each in part.outcomes)
        if not self._is_active(run):
            return contracts.ReportAnswer(every, part.held)
        if not self._keeps:
            return contracts.ReportAnswer()
        reports.keep(
            self._database,
            run,
            {each.attempt_id: wire.dump(each) for each in part.outcomes},
        )
        return contracts.ReportAnswer(every)

    def is_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether the run's engine of this epoch waits for the attempt.

        Raises DatabaseUnavailable.
        """
        run = parts.run_of(attempt_id)
        found = runs.standing(self._database, run)
        if found is None or found[1] != epoch:
            return False
        return tasks_history.runs_attempt(
            self._database, run, *parts.key_of(attempt_id)
        )

    def _is_active(self, run: int) -> bool:
        found = runs.standing(self._database, run)
        return found is not None and found[0] in states.ACTIVE_RUN_STATES
