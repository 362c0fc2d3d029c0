"""The secrets of a run: written in its graphs, or computed of its state."""

from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.api import calls, findings
from trailmark.common import exceptions
from trailmark.db import records, snapshots
from trailmark.flows import graphs, planning, schema, snapshot


def of_run(call: calls.Call, run: records.Run) -> frozenset[str]:
    """Values that answers about a run hide. Raises NotFound."""
    taken = snapshot.from_json(snapshots.get(call.db, run.snapshot_digest))
    bodies = [task.body for graph in taken.graphs for task in graph.tasks]
    written = findings.secrets_of_tasks(bodies)
    if not any(_is_computed(body) for body in bodies):
        return written
    return written | frozenset(_computed(call, taken))


def _is_computed(body: Mapping[str, Any]) -> bool:
    """Whether a secret of a task is known only when the run is planned."""
    given = body.get('parameters')
    if not body.get('secrets') or not isinstance(given, Mapping):
        return False
    return schema.is_computed(given) or any(
        isinstance(value, str | list | Mapping) and ('{' in str(value))
        for value in (
            given.get(str(name).partition('.')[0]) for name in body['secrets']
        )
    )


def _computed(call: calls.Call, taken: graphs.Snapshot) -> Iterator[str]:
    try:
        planned = planning.plan(taken, call.context.catalog)
    except exceptions.InvalidInput:
        # What could not be planned has computed nothing.
        return
    for vertex in planned.vertices:
        if vertex.task is not None:
            yield from vertex.task.secrets
