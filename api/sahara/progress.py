"""Progress of a cluster: its steps, and the events of those not done."""

import dataclasses
import logging
from typing import Any

from trailmark.api import calls
from trailmark.api.sahara import events, steps, versions
from trailmark.common import exceptions, step_types
from trailmark.db import clusters, plugin_steps, records, step_records
from trailmark.db import steps as db_steps

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """The newest run that did something to a cluster, and its steps."""

    run: db_steps.StepRun | None
    steps: tuple[step_records.Step, ...] = ()

    @property
    def description(self) -> str | None:
        """What is being done, or how it ended."""
        found = steps.current(self.steps)
        return found or (None if self.run is None else self.run.message)


def show(
    call: calls.Call, cluster: str, tenant: str | None = None
) -> calls.Answer:
    """Events of the steps that are not done; of one of them if named."""
    versions.check(call, tenant, ('provision_step',))
    return versions.shared(call, tenant, lambda: _events(call, cluster))


def _events(call: calls.Call, cluster: str) -> dict[str, Any]:
    found = of(call, versions.cluster(call, cluster)).steps
    said = call.text('provision_step')
    if said is not None:
        found = tuple(step for step in found if str(step.id) == said)
        if not found:
            raise exceptions.NotFound(kind='step', name=said[:255])
    return {'events': events.of(call, found)}


def report(
    call: calls.Call, cluster: str, tenant: str | None = None
) -> calls.Answer:
    """Write down what a plugin reports of a step; the cluster by its name \
too."""
    versions.check(call, tenant, ())
    body = call.body
    if body['completed'] > body['total']:
        raise calls.refused(f'it is more than {body["total"]}', 'completed')
    said = step_records.Report(
        plugin=body.get('plugin', call.actor),
        name=body['step'],
        type=body.get('step_type'),
        completed=body['completed'],
        total=body['total'],
        error=body.get('error'),
    )
    known = clusters.get(call.db, cluster)
    step = plugin_steps.report(call.db, known.id, said, step_types.TYPES)
    if step.error_id is not None:
        LOG.warning(
            'Step %r of cluster %s failed, as plugin %s reports: %s: %s',
            *(step.name, known.name, said.plugin, step.error_id, said.error),
        )
    shown = steps.shape(versions.owner(tenant, known.project), step)
    return calls.Answer({'step': shown})


def of(call: calls.Call, cluster: records.Cluster) -> Standing:
    """The newest run of a cluster, and the steps of its newest runs."""
    found = standing(call, cluster)
    if call.context.disable_event_log:
        return found
    listed = db_steps.of_cluster(call.db, cluster.id, step_types.TYPES)
    return dataclasses.replace(found, steps=tuple(listed))


def standing(call: calls.Call, cluster: records.Cluster) -> Standing:
    """The newest run alone."""
    return Standing(db_steps.newest_run(call.db, cluster.id, step_types.TYPES))
