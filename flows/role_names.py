"""Names of roles and tags in tasks: does a node or a roles.yaml know them?"""

from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.common import problems
from trailmark.flows import (
    graphs,
    names,
    placement,
    reading,
    spelling,
    task_checks,
)

_SPECIAL = (placement.EVERYWHERE, graphs.MASTER, 'self')


def check(
    graph: graphs.Graph,
    snapshot: graphs.Snapshot,
    read: reading.Reading = reading.WHOLE,
) -> list[problems.Problem]:
    """Warnings for names that are a typo away from a known role or tag.

    Others are silent: graphs name roles that a cluster doesn't have.
    """
    if not read.has_all_nodes:
        return []
    known = _known(snapshot)
    near: dict[str, str | None] = {}
    hints = spelling.Hints(known)
    found = []
    for task in graph.tasks:
        for field, name in _written(task.body):
            if name in known or names.is_pattern(name):
                continue
            if name not in near:
                near[name] = hints.likely(name)
            if near[name] is not None:
                found.append(_warning(task, field, name, near[name]))
    return found


def _known(snapshot: graphs.Snapshot) -> dict[str, None]:
    """Tags that a node may carry, `primary-` ones too, in one order."""
    tags = dict.fromkeys(_SPECIAL)
    for role, own in snapshot.roles.tags.items():
        tags |= dict.fromkeys((role, *own))
    for node in snapshot.nodes:
        for role in node.roles:
            tags |= dict.fromkeys(snapshot.roles.tags.get(role, (role,)))
    primaries = sorted(snapshot.roles.primaries)
    tags |= dict.fromkeys(primaries)
    return tags | dict.fromkeys(f'primary-{tag}' for tag in primaries)


def _written(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in task_checks.PLACES:
        for name in names.listed(body.get(key)):
            yield key, name
    for key in task_checks.RELATIONS:
        relations = body.get(key)
        if not isinstance(relations, list):
            continue
        for index, relation in enumerate(relations):
            if isinstance(relation, Mapping):
                for field in task_checks.RELATION_ROLES:
                    for name in names.listed(relation.get(field)):
                        yield f'{key}[{index}].{field}', name


def _warning(
    task: graphs.Task, field: str, name: str, near: str | None
) -> problems.Problem:
    return problems.Problem(
        f'no node has {name}; did you mean {near}?',
        task.provenance.file,
        task.id,
        field,
        problems.Severity.WARNING,
    )
