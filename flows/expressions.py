"""Values that YAQL would compute, and what is done about them."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.common import problems
from trailmark.flows import graphs, schema, task_checks

_LISTS = ('requires', 'required_for')
_RELATIONS = (*_LISTS, *task_checks.RELATIONS)
_WARNING = problems.Severity.WARNING
_WAY_OUT = 'give --ignore-conditions to deploy without computing anything'

Path = tuple[str | int, ...]


def check(
    graph: graphs.Graph, options: graphs.Options, explicit_nodes: bool
) -> tuple[tuple[problems.Problem, ...], graphs.Graph]:
    """What is to be said of computed values, and the graph without them.

    Without `ignore_conditions` each is an error and the graph stays as it
    is. With it, conditions, relations, `strategy.amount` and `node_filter`
    that are computed are taken out (true, dropped, unlimited, all nodes),
    with warnings; others stay, which refuses a run that is real.
    """
    found = [*_checked(graph)]
    if not options.ignore_conditions:
        return (*found, *_refused(graph)), graph
    found.extend(_filter(graph, options, explicit_nodes))
    metadata = {
        key: value
        for key, value in graph.metadata.items()
        if key != 'node_filter'
    }
    tasks = []
    conditions = 0
    for task in graph.tasks:
        body = _without(task, found)
        conditions += 'condition' in task.body and 'condition' not in body
        if not (options.noop or options.dry_run):
            found.extend(_left(task, body))
        tasks.append(dataclasses.replace(task, body=body))
    if conditions:
        message = f'{conditions} computed conditions are taken for true'
        said = problems.Problem(
            f'{graph.type} graph: {message}', severity=_WARNING
        )
        found.append(said)
    return tuple(found), dataclasses.replace(
        graph, tasks=tuple(tasks), metadata=metadata
    )


def find(value: Any, path: Path = ()) -> Iterator[Path]:
    """Paths of everything computed in a JSON value."""
    if schema.is_computed(value):
        yield path
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from find(one, (*path, key))
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            yield from find(one, (*path, index))


def is_expression(condition: Any) -> bool:
    """Whether a condition must be computed: YAQL or Fuel's older language."""
    return isinstance(condition, str) or schema.is_computed(condition)


def _problem(
    task: graphs.Task,
    path: Path,
    message: str,
    severity: problems.Severity = problems.Severity.ERROR,
) -> problems.Problem:
    file, field = task.provenance.file, schema.field(path)
    return problems.Problem(message, file, task.id, field, severity)


def _checked(graph: graphs.Graph) -> Iterator[problems.Problem]:
    """Errors for expressions that are no text."""
    for task in graph.tasks:
        for path in find(task.body):
            value: Any = task.body
            for part in path:
                value = value[part]
            if not isinstance(value[schema.COMPUTED], str):
                message = f'{schema.COMPUTED} must be text'
                yield _problem(task, path, message)


def _refused(graph: graphs.Graph) -> Iterator[problems.Problem]:
    if graph.metadata.get('node_filter'):
        yield problems.Problem(
            f"the {graph.type} graph's node_filter is an expression, which "
            f"can't be computed; {_WAY_OUT}",
            field='node_filter',
        )
    for task in graph.tasks:
        paths = list(find(task.body))
        if isinstance(task.body.get('condition'), str):
            paths.append(('condition',))
        for path in paths:
            message = f"is an expression, which can't be computed; {_WAY_OUT}"
            yield _problem(task, path, message)


def _filter(
    graph: graphs.Graph, options: graphs.Options, explicit_nodes: bool
) -> Iterator[problems.Problem]:
    if not graph.metadata.get('node_filter') or explicit_nodes:
        return
    yield problems.Problem(
        f"the {graph.type} graph's node_filter is not computed: all nodes",
        field='node_filter',
        severity=_WARNING,
    )
    if not options.noop:
        yield problems.Problem(
            f"the {graph.type} graph's node_filter can't be computed: say "
            f'which nodes with --nodes, or give --noop',
            field='node_filter',
        )


def _without(
    task: graphs.Task, found: list[problems.Problem]
) -> dict[str, Any]:
    """The task's body without what is ignored; warnings go to `found`."""
    body = dict(task.body)
    if is_expression(body.get('condition')):
        del body['condition']
    for key in _RELATIONS:
        if key in body:
            body[key] = _kept(task, key, body[key], found)
    parameters = body.get('parameters')
    if isinstance(parameters, Mapping) and 'strategy' in parameters:
        body['parameters'] = _unlimited(task, parameters, found)
    return body


def _kept(
    task: graphs.Task, key: str, value: Any, found: list[problems.Problem]
) -> Any:
    """The relations that are not computed."""
    message = 'a computed relation is dropped'
    if schema.is_computed(value):
        found.append(_problem(task, (key,), message, _WARNING))
        return []
    if not isinstance(value, list):
        return value
    kept = []
    for index, one in enumerate(value):
        if next(find(one), None) is not None:
            found.append(_problem(task, (key, index), message, _WARNING))
        else:
            kept.append(one)
    return kept


def _unlimited(
    task: graphs.Task,
    parameters: Mapping[str, Any],
    found: list[problems.Problem],
) -> dict[str, Any]:
    strategy = parameters['strategy']
    path: Path = ('parameters', 'strategy')
    if schema.is_computed(strategy):
        left: Any = {'type': 'parallel'}
    elif isinstance(strategy, Mapping) and schema.is_computed(
        strategy.get('amount')
    ):
        left = {key: one for key, one in strategy.items() if key != 'amount'}
        path = (*path, 'amount')
    else:
        return dict(parameters)
    message = 'is not computed: any number of nodes at once'
    found.append(_problem(task, path, message, _WARNING))
    return {**parameters, 'strategy': left}


def _left(
    task: graphs.Task, body: Mapping[str, Any]
) -> Iterator[problems.Problem]:
    if body.get('condition') is False:
        return
    for path in find(body):
        message = (
            "is an expression, which can't be computed: the task runs "
            'under --noop and --dry-run only'
        )
        yield _problem(task, path, message)
