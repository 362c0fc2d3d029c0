"""What is wrong with a graph before it is placed on nodes."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator

from trailmark.common import numbers, problems, tasktypes
from trailmark.flows import graphs, references, task_checks

_WARNING = problems.Severity.WARNING
#: Types that don't care for the version of their task.
_VERSIONLESS = frozenset(('stage', 'skipped', 'group'))
_TESTS = ('test_pre', 'test_post')


def check_graph(
    graph: graphs.Graph,
    catalog: tasktypes.Catalog,
    options: graphs.Options,
    running: Collection[str] | None = None,
    is_whole: bool = True,
) -> tuple[problems.Problem, ...]:
    """Everything wrong with the tasks of a merged graph.

    `running`: ids that will really be executed (None: any may be); only
    they are refused for a type that is not run here. `is_whole`: no task of it
    is missing, so that a name which no task has means nothing.
    """
    found: list[problems.Problem] = []
    for task in graph.tasks:
        found.extend(task_checks.check(task, catalog))
        found.extend(_version(task))
    named = references.check(graph)
    found.extend(
        each for each in named if is_whole or each.severity is not _WARNING
    )
    if not (options.noop or options.dry_run):
        found.extend(_refused(graph, catalog, running))
    return held_to(found, options)


def held_to(
    found: Iterable[problems.Problem], options: graphs.Options
) -> tuple[problems.Problem, ...]:
    """The problems; under `strict`, warnings are errors."""
    if not options.strict:
        return tuple(found)
    error = problems.Severity.ERROR
    return tuple(
        dataclasses.replace(problem, severity=error) for problem in found
    )


def _version(task: graphs.Task) -> Iterator[problems.Problem]:
    version = task.body.get('version')
    if task.type in _VERSIONLESS or not isinstance(version, str):
        return
    first = version.partition('.')[0]
    if numbers.identifier(first) in (0, 1):
        yield problems.Problem(
            f'version {version} is less than 2.0.0: '
            f'the task may not order itself among other nodes',
            task.provenance.file,
            task.id,
            'version',
            _WARNING,
        )


def _refused(
    graph: graphs.Graph,
    catalog: tasktypes.Catalog,
    running: Collection[str] | None,
) -> Iterator[problems.Problem]:
    shell = catalog.get('shell')
    tests_refused = shell and shell.refusal
    for task in graph.tasks:
        kind = catalog.get(task.type)
        is_run = running is None or task.id in running
        if kind is None or not is_run or task.body.get('condition') is False:
            continue
        if kind.refusal:
            said = f'tasks of type {task.type} are refused: {kind.refusal}'
            yield _problem(task, 'type', said)
        for name in _TESTS if tests_refused else ():
            if task.body.get(name) is not None:
                said = f'tests are shell commands, and {tests_refused}'
                yield _problem(task, name, said)


def _problem(task: graphs.Task, field: str, said: str) -> problems.Problem:
    return problems.Problem(said, task.provenance.file, task.id, field)
