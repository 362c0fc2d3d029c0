"""Answers without secrets, and who is handed them out nevertheless."""

from collections.abc import Iterable, Mapping
from typing import Any

from trailmark.api import calls, findings
from trailmark.common import exceptions, secrets
from trailmark.db import audit, records

#: The rule of who may ask for secrets.
RULE = 'graphs:secrets'
#: The parameter that asks for them.
PARAMETER = 'with_secrets'


def of_graph(call: calls.Call, graph: records.GraphRecord) -> frozenset[str]:
    """Values that the answer to a call hides of a graph."""
    cluster = graph.owner_id if graph.level == 'cluster' else None
    name = f'{graph.type} of {graph.level} {graph.owner}'
    subject = audit.Subject('graph', name, cluster)
    return of_tasks(call, subject, [task.body for task in graph.tasks])


def of_cluster(
    call: calls.Call,
    cluster: records.Cluster,
    kind: str,
    found: Iterable[records.GraphRecord],
) -> frozenset[str]:
    """The same of the graphs of one type that a cluster is made of."""
    name = f'{kind} of cluster {cluster.name}, all levels'
    subject = audit.Subject('graph', name, cluster.id)
    bodies = [task.body for graph in found for task in graph.tasks]
    return of_tasks(call, subject, bodies)


def of_tasks(
    call: calls.Call,
    subject: audit.Subject,
    bodies: Iterable[Mapping[str, Any]],
) -> frozenset[str]:
    """The same of these tasks; what hands them out is in the audit before.

    Raises Forbidden; DatabaseUnavailable, and then nothing is handed out.
    """
    hidden = findings.secrets_of_tasks(bodies)
    if not call.flag(PARAMETER):
        return hidden
    if not call.may(RULE):
        raise exceptions.Forbidden(user=call.actor, rule=RULE)
    if hidden:
        audit.note_secrets(call.db, subject)
    return frozenset()


def masked(data: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """JSON data without these values."""
    if not hidden:
        return dict(data)
    shown: dict[str, Any] = secrets.mask_data(data, hidden, numbers=True)
    return shown
