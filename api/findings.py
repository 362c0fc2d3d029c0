"""How problems are shown, with secrets hidden."""

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trailmark.common import exceptions, problems, secrets
from trailmark.flows import documents, graphs, layers, parameters


def shape(problem: problems.Problem) -> dict[str, Any]:
    """A problem as JSON data."""
    return {
        'message': problem.message,
        'file': problem.file,
        'task': problem.task,
        'field': problem.field,
        'severity': str(problem.severity),
    }


def lines(found: Iterable[problems.Problem]) -> list[str]:
    """Warnings as sentences."""
    return [str(each).removeprefix('warning: ') for each in found]


def secret_values(body: Mapping[str, Any]) -> frozenset[str]:
    """The values of a task's secret parameters, as text."""
    named, values = body.get('secrets'), body.get('parameters')
    if not isinstance(named, list) or not isinstance(values, dict):
        return frozenset()
    names = [name for name in named if isinstance(name, str)]
    return frozenset(parameters.secret_values({'secrets': names}, values))


def secrets_of(found: Iterable[graphs.Layer]) -> frozenset[str]:
    """The values of every secret parameter of every layer."""
    return secrets_of_tasks(
        task.body
        for layer in found
        for graph in layer.graphs.values()
        for task in graph.tasks
    )


def secrets_of_tasks(bodies: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The values of secret parameters of tasks.

    A parameter that one task calls secret is secret in all of the same id.
    """
    tasks = list(bodies)
    named: dict[Any, list[Any]] = {}
    for body in tasks:
        names = body.get('secrets')
        if isinstance(names, list):
            named.setdefault(body['id'], []).extend(names)
    return frozenset(
        value
        for body in tasks
        if body['id'] in named
        for value in secret_values({**body, 'secrets': named[body['id']]})
    )


def secrets_in(files: Mapping[str, str]) -> frozenset[str]:
    """The same of files that may be refused; it reads them once more."""
    return frozenset(
        value
        for path, text in files.items()
        if path.endswith(layers.SUFFIXES)
        for body in _mappings(documents.read(text, path)[0])
        for value in secret_values(body)
    )


@contextlib.contextmanager
def masked_of(body: Any) -> Iterator[None]:
    """Hide the secrets in the body of a request in what InvalidInput says."""
    try:
        yield
    except exceptions.InvalidInput as error:
        values = {
            value for task in _mappings(body) for value in secret_values(task)
        }
        files = body.get('files') if isinstance(body, dict) else None
        if isinstance(files, dict):
            values |= secrets_in(files)
        raise exceptions.InvalidInput(
            mask(error.problems, frozenset(values))
        ) from None


@contextlib.contextmanager
def masked(values: frozenset[str]) -> Iterator[None]:
    """Hide these values in what InvalidInput says."""
    try:
        yield
    except exceptions.InvalidInput as error:
        raise exceptions.InvalidInput(mask(error.problems, values)) from None


def mask(
    found: Iterable[problems.Problem], values: frozenset[str]
) -> tuple[problems.Problem, ...]:
    """The problems with these values hidden."""
    return tuple(
        dataclasses.replace(
            each, message=secrets.mask_text(each.message, values)
        )
        for each in found
    )


def _mappings(data: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(data, dict):
        yield data
        data = list(data.values())
    if isinstance(data, list):
        for each in data:
            yield from _mappings(each)
