"""Keys of tasks that mean something at another level, or by another name."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from trailmark.flows import shapes

#: What other languages call something that tasks have.
_ELSEWHERE = {
    **dict.fromkeys(('when', 'if', 'only_if', 'unless'), 'condition'),
    **dict.fromkeys(
        ('depends_on', 'depends', 'dependencies', 'needs', 'after'),
        'requires, or cross-depends for tasks of other nodes',
    ),
    **dict.fromkeys(('before', 'required_by'), 'required_for'),
    **dict.fromkeys(('nodes', 'hosts', 'host'), 'roles or tags'),
    **dict.fromkeys(
        ('ignore_errors', 'allow_failure', 'continue_on_error'),
        'fail_on_error: false',
    ),
    **dict.fromkeys(
        ('environment', 'env'),
        'cmd, which may set variables: a task has no environment of its own',
    ),
}
#: What says how often and how long a task is tried.
_TRIES = {
    **{name: name for name in shapes.PARAMETERS['properties']},
    **{'retry': 'retries', 'attempts': 'retries', 'delay': 'interval'},
    'strategy': 'strategy',
}
_OF_GRAPHS = frozenset(('node_filter', 'on_success', 'on_error', 'on_stop'))
_TESTS = ('test_pre', 'test_post')
#: Keys that any parameters may have with a meaning of their own.
_COMMON = frozenset(('id', 'type', 'version', 'stage', 'tasks', 'role'))


def find(
    body: Mapping[str, Any], parameters: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    """Fields of a task that have no effect where they are, and the right one.

    `parameters` are those of its type, None where they are not known.
    """
    known = {*(parameters or ())}
    for key in body:
        place = _of_task(key, known)
        if key not in shapes.TASK_KEYS and place is not None:
            yield key, place
    given = body.get('parameters')
    if isinstance(given, Mapping) and parameters is not None:
        for key in given:
            place = _of_parameter(key)
            if key not in known and place is not None:
                yield f'parameters.{key}', place
    for name in _TESTS:
        test = body.get(name)
        for key in test if isinstance(test, Mapping) else ():
            if key in _TRIES:
                place = f'parameters.{_TRIES[key]}, which is for tests too'
                yield f'{name}.{key}', place


def _of_task(key: str, parameters: Collection[str]) -> str | None:
    """Where a key belongs that stands beside `parameters`."""
    if key in _TRIES:
        return f'parameters.{_TRIES[key]}'
    if key in parameters:
        return f'parameters.{key}'
    if key in _OF_GRAPHS:
        return f'{key} of the graph'
    return _ELSEWHERE.get(key)


def _of_parameter(key: str) -> str | None:
    """Where a key belongs that stands among the parameters."""
    if key in _TRIES:
        return None if _TRIES[key] == key else f'parameters.{_TRIES[key]}'
    if key in shapes.TASK_KEYS and key not in _COMMON:
        return f'{key} of the task, beside parameters'
    return _ELSEWHERE.get(key)
