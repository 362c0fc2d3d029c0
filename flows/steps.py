"""What a graph does to its cluster, and which steps that has (seed 001)."""

from collections.abc import Iterable, Mapping
from typing import Any

from trailmark.common import step_types
from trailmark.flows import graphs

_TYPES_OF_GRAPHS = {
    'scaling': 'scaling',
    'deleting': 'deleting',
    'deletion': 'deleting',
}
#: What of a graph's metadata says it where its type does not.
_KEY = 'step_type'


def type_of(kind: str, metadata: Mapping[str, Any]) -> str:
    """The type of the steps that a graph of this type has."""
    said = metadata.get(_KEY)
    if said in step_types.TYPES:
        return str(said)
    return _TYPES_OF_GRAPHS.get(kind, 'creating')


def types_of(snapshot: graphs.Snapshot) -> tuple[str | None, ...]:
    """The same of each graph of a run; None where it changes nothing."""
    options = snapshot.options
    if options.dry_run or options.noop:
        return (None,) * len(snapshot.graphs)
    return tuple(type_of(one.type, one.metadata) for one in snapshot.graphs)


def names_in(found: Iterable[graphs.Graph]) -> dict[str, list[str]]:
    """Names of the tasks of graphs, by the type of step that they are."""
    names: dict[str, list[str]] = {kind: [] for kind in step_types.TYPES}
    for one in found:
        listed = names[type_of(one.type, one.metadata)]
        listed += [task.id for task in one.tasks if task.id not in listed]
    return names


def group_of(node: graphs.Node) -> str:
    """The node group that a node is of."""
    said = node.attributes.get('node_group')
    if isinstance(said, str) and said:
        return said[:255]
    return '+'.join(sorted(node.roles))[:255]
