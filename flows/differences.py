"""How two graphs of one type differ: tasks, their fields, metadata."""

import dataclasses
import enum
import json
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.flows import graphs


class Change(enum.StrEnum):
    """What became of a task, or of a field."""

    ADDED = 'added'
    REMOVED = 'removed'
    CHANGED = 'changed'


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """A task that one side alone has, or a field that is not the same.

    Without a `path` it is the task as a whole; without a `task` it is about
    the graph's metadata, or about the order of its tasks. What one side
    lacks is None there. Provenances are those of the task on both sides.
    """

    task: str | None
    change: Change
    path: tuple[str, ...] = ()
    before: Any = None
    after: Any = None
    before_from: graphs.Provenance | None = None
    after_from: graphs.Provenance | None = None

    @property
    def field(self) -> str | None:
        """The path with dots; None for a whole task."""
        return '.'.join(self.path) or None


#: The field that stands for the order of tasks.
ORDER = ('order of tasks',)


def compare(
    before: graphs.Graph, after: graphs.Graph, in_order: bool = True
) -> tuple[Difference, ...]:
    """Everything that is not the same, in the order of the tasks before.

    Tasks that are new come last; their order counts only `in_order`.
    """
    found = [
        Difference(None, *changed)
        for changed in _fields((), before.metadata, after.metadata)
    ]
    old = {task.id: task for task in before.tasks}
    new = {task.id: task for task in after.tasks}
    for name in dict.fromkeys((*old, *new)):
        found.extend(_of_task(name, old.get(name), new.get(name)))
    orders = (
        [name for name in old if name in new],
        [name for name in new if name in old],
    )
    if in_order and orders[0] != orders[1]:
        found.append(Difference(None, Change.CHANGED, ORDER, *orders))
    return tuple(found)


def aligned(before: graphs.Graph, after: graphs.Graph) -> graphs.Graph:
    """The second graph, with what both have in the order of the first."""
    order = {task.id: number for number, task in enumerate(before.tasks)}
    tasks = sorted(
        after.tasks, key=lambda task: order.get(task.id, len(order))
    )
    return dataclasses.replace(after, tasks=tuple(tasks))


def _of_task(
    name: str, old: graphs.Task | None, new: graphs.Task | None
) -> Iterator[Difference]:
    if old is not None and new is not None:
        origins = old.provenance, new.provenance
        for changed in _fields((), old.body, new.body):
            yield Difference(name, *changed, *origins)
    elif old is not None:
        yield Difference(
            name,
            Change.REMOVED,
            before=old.body,
            before_from=old.provenance,
        )
    elif new is not None:
        yield Difference(
            name, Change.ADDED, after=new.body, after_from=new.provenance
        )


def _fields(
    path: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[Change, tuple[str, ...], Any, Any]]:
    """Changes of fields; mappings in mappings are gone through, lists not."""
    for key in dict.fromkeys((*old, *new)):
        at = (*path, str(key))
        if key not in new:
            yield Change.REMOVED, at, old[key], None
        elif key not in old:
            yield Change.ADDED, at, None, new[key]
        elif isinstance(old[key], Mapping) and isinstance(new[key], Mapping):
            yield from _fields(at, old[key], new[key])
        elif _text(old[key]) != _text(new[key]):
            yield Change.CHANGED, at, old[key], new[key]


def _text(value: Any) -> str:
    """Equal for equal values alone; 1, 1.0 and true are not."""
    return json.dumps(value, sort_keys=True)
