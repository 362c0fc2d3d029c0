"""How problems are shown, with secrets hidden."""

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trailmark.common import exceptions, problems, secrets
from trailmark.flows import graphs

#: A shorter number is no secret, and hiding it would hide half a message.
_SHORTEST_NUMBER = 4


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
    named = body.get('secrets')
    parameters = body.get('parameters')
    if not isinstance(named, list) or not isinstance(parameters, dict):
        return frozenset()
    return frozenset(
        text
        for name in named
        if isinstance(name, str)
        for text in _texts(parameters.get(name))
        if text
    )


def secrets_of(layers: Iterable[graphs.Layer]) -> frozenset[str]:
    """The values of every secret parameter of every layer."""
    return frozenset(
        value
        for layer in layers
        for graph in layer.graphs.values()
        for task in graph.tasks
        for value in secret_values(task.body)
    )


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


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = str(value)
        yield text if len(text) >= _SHORTEST_NUMBER else ''
