"""The driver of tasks that do nothing."""

from trailmark.common import states, tasktypes
from trailmark.drivers import base, parameters


class Noop(base.Driver):
    """Ends ready at once."""

    type = tasktypes.TaskType('noop', parameters.schema())
    quick = True

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """End ready."""
        return base.Result(states.ExecutionState.READY)
