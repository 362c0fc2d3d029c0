"""Answers without secrets, and who is handed them out nevertheless."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trailmark.api import calls, findings
from trailmark.common import exceptions, problems, secrets
from trailmark.db import audit, records
from trailmark.flows import graphs

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


def refuse_masked(
    old: records.GraphRecord | None, graph: graphs.Graph
) -> None:
    """Refuse texts that differ from stored ones by masked secrets alone.

    Raises InvalidInput: else the mask would take the place of the secret.
    """
    stored = [] if old is None else [task.body for task in old.tasks]
    hidden = findings.secrets_of_tasks(stored)
    before = {body['id']: body for body in stored}
    found = [
        problems.Problem(
            f'a secret is masked: {secrets.MASK} would take its place',
            task=task.id,
            field=field,
        )
        for task in graph.tasks
        for field in _masked_texts(before.get(task.id), task.body, hidden)
        if hidden
    ]
    if found:
        raise exceptions.InvalidInput(found)


def _masked_texts(
    old: Any, new: Any, hidden: frozenset[str], way: str = ''
) -> Iterator[str]:
    """Places of texts that are the old ones, but masked."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old.keys() & new.keys():
            place = f'{way}.{key}' if way else str(key)
            yield from _masked_texts(old[key], new[key], hidden, place)
    elif isinstance(old, list) and isinstance(new, list):
        for number, pair in enumerate(zip(old, new, strict=False)):
            yield from _masked_texts(*pair, hidden, f'{way}[{number}]')
    elif (
        isinstance(new, str)
        and new != old
        and secrets.MASK in new
        and secrets.mask_data(old, hidden, numbers=True) == new
    ):
        yield way
