"""Names of other tasks in relations: do they mean a task of the graph?"""

from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.common import problems
from trailmark.flows import graphs, names, schema, spelling, task_checks

#: Unknown names that are compared with every id: the cost is their product.
_MOST_HINTS = 200
_MIRRORS = (('requires', 'required_for'), ('required_for', 'requires'))


def check(graph: graphs.Graph) -> list[problems.Problem]:
    """Warnings for names that no task of the graph has.

    A `/regex/` that can't be compiled is an error.
    """
    ids = tuple(task.id for task in graph.tasks)
    known = frozenset(ids)
    matcher = names.Names(ids)
    said: dict[str, str | None] = {}
    found: list[problems.Problem] = list(_dead_ends(graph))
    for task in graph.tasks:
        for field, name in _names(task.body):
            if name in known:
                continue
            wrong = list(task_checks.check_pattern(task, field, name))
            found.extend(wrong)
            if name not in said:
                near = ids if len(said) < _MOST_HINTS else ()
                said[name] = None if wrong else _message(name, matcher, near)
            message = said[name]
            if message is not None:
                found.append(_warning(task, field, message))
    return found


def _dead_ends(graph: graphs.Graph) -> Iterator[problems.Problem]:
    """Fuel: a stage is on no node, so these two relations mean no task."""
    on_nodes = {task.id for task in graph.tasks if task.type != 'stage'}
    for task in graph.tasks:
        for field, mirror in _MIRRORS if task.type == 'stage' else ():
            for index, name in enumerate(_list(task.body.get(field))):
                if isinstance(name, str) and name in on_nodes:
                    message = (
                        f'a stage is on no node and {name} is on nodes: '
                        f'say {mirror}: [{task.id}] there'
                    )
                    yield _warning(task, f'{field}[{index}]', message)


def _warning(task: graphs.Task, field: str, message: str) -> problems.Problem:
    file = task.provenance.file
    severity = problems.Severity.WARNING
    return problems.Problem(message, file, task.id, field, severity)


def _names(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ('requires', 'required_for'):
        for index, name in enumerate(_list(body.get(key))):
            if isinstance(name, str):
                yield f'{key}[{index}]', name
    for key in task_checks.RELATIONS:
        for index, relation in enumerate(_list(body.get(key))):
            if not isinstance(relation, Mapping):
                continue
            name = relation.get('name')
            if isinstance(name, str) and not schema.is_computed(relation):
                yield f'{key}[{index}].name', name


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _message(
    name: str, known: names.Names, near: tuple[str, ...]
) -> str | None:
    """What is to be said of a name; None when it means some task."""
    if not names.is_pattern(name):
        return f'there is no task {name}{spelling.hint(name, near)}'
    return None if known.find(name) else f'no task matches {name}'
