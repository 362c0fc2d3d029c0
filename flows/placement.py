"""On which nodes a task runs."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trailmark.flows import graphs, names

#: Number of no node: sync points are there.
NOWHERE = 0
EVERYWHERE = '*'


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """Numbers of the nodes, and of those with each tag.

    `everywhere` is without `master`.
    """

    everywhere: tuple[int, ...]
    master: int
    by_tag: Mapping[str, tuple[int, ...]]
    tags: names.Names


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A name as it was written, the tag that it found, and its nodes.

    `*` and `master` find nodes without a tag.
    """

    written: str
    tag: str | None
    nodes: tuple[int, ...]


def number(nodes: Sequence[graphs.Node]) -> tuple[graphs.Node | None, ...]:
    """Nodes by number: none, those given, and `master` if it is not given."""
    known = {node.name for node in nodes}
    added = () if graphs.MASTER in known else (graphs.Node(graphs.MASTER),)
    return (None, *nodes, *added)


def tags_of(
    nodes: Sequence[graphs.Node], roles: graphs.Roles
) -> list[tuple[str, ...]]:
    """The tags of each node; the first of a tag may be its primary."""
    waiting = set(roles.primaries)
    found = []
    for node in nodes:
        own = dict.fromkeys(
            tag for role in node.roles for tag in roles.tags.get(role, (role,))
        )
        first = waiting.intersection(own)
        waiting -= first
        found.append(
            tuple(f'primary-{tag}' if tag in first else tag for tag in own)
        )
    return found


def find(nodes: Sequence[graphs.Node], roles: graphs.Roles) -> Places:
    """Where tasks can be placed."""
    everywhere: list[int] = []
    by_tag: dict[str, list[int]] = {}
    master = len(nodes) + 1
    for place, tags in enumerate(tags_of(nodes, roles), 1):
        is_master = nodes[place - 1].name == graphs.MASTER
        if is_master:
            master = place
        if not is_master:
            everywhere.append(place)
        for tag in tags:
            by_tag.setdefault(tag, []).append(place)
    found = {tag: tuple(numbers) for tag, numbers in by_tag.items()}
    return Places(tuple(everywhere), master, found, names.Names(found))


def field_of(body: Mapping[str, Any]) -> str | None:
    """The field that places a task: tags, else roles, else groups."""
    for field in ('tags', 'roles', 'role', 'groups'):
        if body.get(field):
            return field
    return None


def roles_of(body: Mapping[str, Any]) -> Any:
    """What places a task, of whichever field."""
    field = field_of(body)
    return None if field is None else body[field]


def resolve(roles: Any, places: Places) -> tuple[int, ...]:
    """The numbers of the nodes with any of the tags, in order.

    A `*` alone means every node but `master`; beside others it is a tag.
    """
    found: set[int] = set()
    for match in matches(roles, places):
        found.update(match.nodes)
    return tuple(sorted(found))


def matches(roles: Any, places: Places) -> Iterator[Match]:
    """Which of the names mean which nodes."""
    if names.unwrapped(roles) == EVERYWHERE:
        yield Match(EVERYWHERE, None, places.everywhere)
        return
    for role in names.listed(roles):
        if role == graphs.MASTER:
            yield Match(role, None, (places.master,))
        for tag in places.tags.find(role):
            yield Match(role, tag, places.by_tag[tag])
