"""How many nodes of a group may fail."""

import re
from collections.abc import Iterable

from trailmark.flows import graphs, plan

#: A group with its nodes, and the name that the plan gives it.
Placed = tuple[str, graphs.Task, tuple[int, ...]]
UNGROUPED = 'nodes in no group'
_VALUE = re.compile(r'\s*([+-]?[0-9]{1,18})\s*(%?)\s*')


def allowed(value: object, total: int) -> int | None:
    """How many of `total` nodes may fail: a number, a percentage, or all.

    A negative value says how many must not; a percentage is rounded down.
    None when the value can't be read.
    """
    if value is None:
        return total + 1
    match = _VALUE.fullmatch(str(value))
    if isinstance(value, bool | float) or not match:
        return None
    number = int(match[1])
    if match[2]:
        size = abs(number) * total // 100
        number = size if number > 0 else -size
    if match[1].startswith('-'):
        return max(total + number, 0)
    return number


def groups(
    placed: Iterable[Placed], nodes: Iterable[int]
) -> tuple[plan.ToleranceGroup, ...]:
    """The groups of a run; of nodes in none of them, not one may fail."""
    found = []
    left = set(nodes)
    for name, task, members in placed:
        left.difference_update(members)
        total = len(members)
        most = allowed(task.body.get('fault_tolerance'), total)
        found.append(
            plan.ToleranceGroup(
                name,
                frozenset(members),
                total + 1 if most is None else most,
            )
        )
    if left:
        found.append(plan.ToleranceGroup(UNGROUPED, frozenset(left), 0))
    return tuple(found)
