"""The driver of tasks that do nothing."""

from trailmark.common import states, tasktypes
from trailmark.drivers import base, parameters


class Noop(base.Driver):
    """Ends ready at once."""

    type = tasktypes.TaskType('noop', parameters.schema())
    quick = True
    quick_noop = True

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """Nothing."""
        return ()

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """End ready."""
        return base.Result(states.ExecutionState.READY)
