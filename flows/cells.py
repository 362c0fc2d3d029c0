"""Executions of a graph by the names that people say."""

from collections.abc import Sequence

from trailmark.common import exceptions, problems
from trailmark.flows import graphs, names, placement, planning, spelling


def find(detailed: planning.Detailed, graph: graphs.Graph, text: str) -> int:
    """The cell of the first graph that `TASK[@NODE]` names.

    `graph` is that graph as it was written. Raises InvalidInput.
    """
    draft = detailed.drafts[0]
    known = {task.id: task for task in graph.tasks}
    name, _, node = text.rpartition('@') if '@' in text else (text, '', '')
    if name not in known:
        near = spelling.hint(name, known)
        raise _refused(f'there is no task {name!r} in the graph{near}')
    if known[name].type == 'group':
        raise _refused(f'{name} is a group, which is not run itself')
    cells = draft.expanded.index.get(name, {})
    numbers = {
        each.name: number
        for number, each in enumerate(detailed.plan.nodes)
        if each is not None
    }
    if node and node not in numbers:
        near = spelling.hint(node, numbers)
        raise _refused(f'there is no node {node!r}{near}')
    if node and numbers[node] in cells:
        return cells[numbers[node]]
    if not node and len(cells) == 1:
        return next(iter(cells.values()))
    raise _refused(_elsewhere(detailed, known[name], node, list(cells)))


def _elsewhere(
    detailed: planning.Detailed,
    task: graphs.Task,
    node: str,
    places: Sequence[int],
) -> str:
    """Why a task has no execution there, or not a single one."""
    found = [
        each.name
        for number in places
        if (each := detailed.plan.nodes[number]) is not None
    ]
    shown = ', '.join(found[:3])
    more = f' and {len(found) - 3} more' if len(found) > 3 else ''
    field = placement.field_of(task.body)
    if found and not node:
        return f'say {task.id}@NODE: it runs on {shown}{more}'
    if places and not found:
        return f'{task.id} is a sync point, which is on no node'
    by = 'no tags, roles or groups of its own'
    if field is not None:
        by = f'its {field} are {", ".join(names.listed(task.body[field]))}'
    on = f'it runs on {shown}{more}' if found else 'it runs nowhere'
    there = f' on {node}' if node else ''
    return f'{task.id} does not run{there}: {on} ({by})'


def _refused(message: str) -> exceptions.InvalidInput:
    return exceptions.InvalidInput(
        [problems.Problem(message, field='execution')]
    )
