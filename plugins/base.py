"""What a plugin is that tells which steps it has, and how far they are."""

from trailmark.common import step_types
from trailmark.plugins import reporting


class Plugin:
    """The plugin of an entry point `trailmark.plugins`. Seed 001.

    The name of the entry point is that of the plugin in clusters.
    """

    #: The name of the entry point; whoever loads the plugin sets it.
    name = ''

    def get_provisioning_steps(self) -> step_types.Names | None:
        """Names of its steps for `creating`, `scaling`, `deleting`.

        If you do not write it, its steps are the tasks of its graphs.
        """
        return None

    def report_step(
        self,
        cluster: str | int,
        step: str,
        completed: int,
        total: int,
        *,
        error: str | None = None,
        step_type: str | None = None,
    ) -> None:
        """Tell that so much of a step of a cluster is done.

        `error` says why the step has failed. A step that was not declared
        is added to the newest run of the cluster; `step_type` chooses that
        of a type. Asks the API of the environment's TRAILMARK_ENDPOINT.
        Raises EndpointUnreachable, ReportRefused.
        """
        reporting.report(
            self.name or type(self).__module__.partition('.')[0],
            str(cluster),
            {
                'step': step,
                'completed': completed,
                'total': total,
                **({} if error is None else {'error': error}),
                **({} if step_type is None else {'step_type': step_type}),
            },
        )
