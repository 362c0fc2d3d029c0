"""What is wrong with a single task, whatever stands around it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.common import problems, secrets, tasktypes
from trailmark.flows import (
    graphs,
    misplaced,
    names,
    patterns,
    schema,
    shapes,
    spelling,
)
from trailmark.flows import parameters as parameters_of

#: Keys that say where a task runs; the first that is there counts.
PLACES = ('tags', 'roles', 'role', 'groups')
RELATIONS = (
    'cross-depends',
    'cross_depends',
    'cross-depended-by',
    'cross_depended_by',
)
#: Keys of a relation that say on which nodes its partner is.
RELATION_ROLES = ('tags', 'roles', 'role')
_TOLERANCE = re.compile(r'^\s*[+-]?[0-9]{1,18}\s*%?\s*$')
#: Characters of an expression that a message shows.
_LONGEST_SHOWN = 60
_WARNING = problems.Severity.WARNING


def check(
    task: graphs.Task, catalog: tasktypes.Catalog
) -> list[problems.Problem]:
    """Errors and warnings of a task, each with the path of its field."""
    body, file = task.body, task.provenance.file
    found = schema.check(body, shapes.TASK, file, task.id, computed=True)
    found.extend(_type(task, catalog))
    found.extend(_strategy(task))
    found.extend(_places(task))
    found.extend(_roles_of_relations(task))
    found.extend(_tolerance(task))
    found.extend(_misplaced(task, catalog))
    found.extend(_spelling(task, catalog))
    found.extend(_secrets(task))
    return found


def _problem(
    task: graphs.Task,
    field: str,
    message: str,
    severity: problems.Severity = problems.Severity.ERROR,
) -> problems.Problem:
    file = task.provenance.file
    return problems.Problem(message, file, task.id, field, severity)


def _parameters(task: graphs.Task) -> Mapping[str, Any] | None:
    """The parameters, None when they are no mapping or computed whole."""
    parameters = task.body.get('parameters')
    if parameters is None:
        return {}
    if not isinstance(parameters, Mapping) or schema.is_computed(parameters):
        return None
    return parameters


def _type(
    task: graphs.Task, catalog: tasktypes.Catalog
) -> Iterator[problems.Problem]:
    known = catalog.get(task.type)
    if known is None:
        near = spelling.hint(task.type, catalog)
        message = f'there is no type {task.type!r}{near}'
        yield _problem(task, 'type', message)
    parameters = _parameters(task)
    if parameters is None:
        return
    told = set()
    wanted = [shapes.PARAMETERS, *([known.parameters] if known else [])]
    for one in wanted:
        for problem in schema.check(
            parameters,
            one,
            task.provenance.file,
            task.id,
            ('parameters',),
            computed=True,
        ):
            if problem.field not in told:
                told.add(problem.field)
                yield problem


def _strategy(task: graphs.Task) -> Iterator[problems.Problem]:
    """A group's strategy is not looked at when it runs: never an error."""
    strategy = (_parameters(task) or {}).get('strategy')
    if strategy is None:
        return
    for problem in schema.check(
        strategy,
        shapes.STRATEGY,
        task.provenance.file,
        task.id,
        ('parameters', 'strategy'),
        computed=True,
    ):
        if task.type == 'group':
            message = f'{problem.message}; the strategy of a group is ignored'
            yield _problem(task, problem.field or '', message, _WARNING)
        else:
            yield problem


def _places(task: graphs.Task) -> Iterator[problems.Problem]:
    for key in PLACES:
        value = task.body.get(key)
        named = [value] if isinstance(value, str) else value
        if value is None:
            continue
        if not isinstance(named, list) or not all(
            isinstance(name, str) for name in named
        ):
            message = 'neither a name nor a list of names: means no node'
            yield _problem(task, key, message, _WARNING)
            continue
        for name in named:
            yield from check_pattern(task, key, name)


def _roles_of_relations(task: graphs.Task) -> Iterator[problems.Problem]:
    for key in RELATIONS:
        for index, one in enumerate(names.field(task.body, key)):
            for field in RELATION_ROLES if isinstance(one, Mapping) else ():
                for name in names.listed(one.get(field)):
                    place = f'{key}[{index}].{field}'
                    yield from check_pattern(task, place, name)


def check_pattern(
    task: graphs.Task, field: str, name: str
) -> Iterator[problems.Problem]:
    """An error when the name is a `/regex/` that can't be compiled."""
    if not names.is_pattern(name):
        return
    try:
        patterns.Pattern(name[1:-1])
    except patterns.Refused as error:
        shown = name if len(name) <= _LONGEST_SHOWN else f'{name[:57]}...'
        yield _problem(
            task, field, f'{shown} is no regular expression: {error}'
        )


def _tolerance(task: graphs.Task) -> Iterator[problems.Problem]:
    value = task.body.get('fault_tolerance')
    if value is None or schema.is_computed(value):
        return
    if isinstance(value, bool) or not _TOLERANCE.match(str(value)):
        message = f'{value!r} is neither a number nor n%: any number may fail'
        yield _problem(task, 'fault_tolerance', message, _WARNING)


def _misplaced(
    task: graphs.Task, catalog: tasktypes.Catalog
) -> Iterator[problems.Problem]:
    known = catalog.get(task.type)
    names = None
    if known is not None:
        names = tuple(known.parameters.get('properties', ()))
    for field, place in misplaced.find(task.body, names):
        message = f'has no effect here: it belongs in {place}'
        yield _problem(task, field, message, _WARNING)


def _spelling(
    task: graphs.Task, catalog: tasktypes.Catalog
) -> Iterator[problems.Problem]:
    yield from _unknown(task, task.body, shapes.TASK_KEYS, '')
    known = catalog.get(task.type)
    names = {*shapes.PARAMETERS['properties'], 'strategy'}
    if known is not None:
        names |= {*known.parameters.get('properties', ())}
    parameters = _parameters(task) or {}
    yield from _unknown(task, parameters, sorted(names), 'parameters.')
    for key in RELATIONS:
        relations = task.body.get(key)
        for index, one in enumerate(
            relations if isinstance(relations, list) else ()
        ):
            if isinstance(one, Mapping) and not schema.is_computed(one):
                base = f'{key}[{index}].'
                yield from _unknown(task, one, shapes.RELATION_KEYS, base)


def _unknown(
    task: graphs.Task, keys: Mapping[str, Any], known: Any, base: str
) -> Iterator[problems.Problem]:
    for key in keys:
        near = None if key in known else spelling.likely(key, known)
        if near is not None:
            message = f'unknown key: did you mean {near}?'
            yield _problem(task, f'{base}{key}', message, _WARNING)


def _secrets(task: graphs.Task) -> Iterator[problems.Problem]:
    parameters = _parameters(task)
    names = task.body.get('secrets')
    if parameters is None or not isinstance(names, list):
        return
    hints = spelling.Hints(parameters)
    for index, name in enumerate(names):
        top = name.partition('.')[0] if isinstance(name, str) else None
        if top is not None and top not in parameters:
            near = hints.hint(top)
            message = f'there is no parameter {name}{near}'
            yield _problem(task, f'secrets[{index}]', message, _WARNING)
        elif top is not None and secrets.MASK in parameters_of.secret_values(
            {'secrets': [name]}, parameters
        ):
            message = (
                f'the secret is masked: give its value instead of '
                f'{secrets.MASK}, or download the graph with its secrets'
            )
            yield _problem(task, f'parameters.{name}', message)
