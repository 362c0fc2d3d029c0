"""What is different between two graphs: task by task, field by field."""

import dataclasses
import enum
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Body = Mapping[str, Any]
#: Fields that are compared by what is in them.
_NESTED = ('parameters', 'strategy')


class Change(enum.StrEnum):
    """What became of a task, or of a field."""

    ADDED = 'added'
    REMOVED = 'removed'
    CHANGED = 'changed'


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """`task` is None for the graph's own fields; `field` for whole tasks.

    `before` and `after` are JSON values, None where there is nothing.
    """

    task: str | None
    change: Change
    field: str | None = None
    before: Any = None
    after: Any = None


def compare(
    before: Sequence[Body],
    after: Sequence[Body],
    metadata: tuple[Body, Body] = ({}, {}),
) -> Iterator[Difference]:
    """Differences in the order of the second graph, then what is gone.

    Tasks are mappings with an `id`; of equal ids the last one counts.
    """
    yield from _fields(None, *metadata)
    old = {str(task['id']): task for task in before}
    new = {str(task['id']): task for task in after}
    for name, task in new.items():
        if name in old:
            yield from _fields(name, old[name], task)
        else:
            yield Difference(name, Change.ADDED, after=task)
    for name, task in old.items():
        if name not in new:
            yield Difference(name, Change.REMOVED, before=task)


def _fields(task: str | None, old: Body, new: Body) -> Iterator[Difference]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for field in dict.fromkeys((*before, *after)):
        if field not in before:
            change = Change.ADDED
        elif field not in after:
            change = Change.REMOVED
        elif before[field] != after[field]:
            change = Change.CHANGED
        else:
            continue
        yield Difference(
            task, change, field, before.get(field), after.get(field)
        )


def _flat(body: Body) -> Iterator[tuple[str, Any]]:
    for name, value in body.items():
        if name in _NESTED and isinstance(value, Mapping):
            for key, part in value.items():
                yield f'{name}.{key}', part
        else:
            yield name, value
