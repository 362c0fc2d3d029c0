"""Types of task: what they take, and whether they are run here."""

from typing import Any

from trailmark.api import calls
from trailmark.common import exceptions, tasktypes


def index(call: calls.Call) -> calls.Answer:
    """Every known type, by name."""
    found = sorted(call.context.catalog.values(), key=lambda each: each.name)
    return calls.Answer({'drivers': [shape(each) for each in found]})


def show(call: calls.Call, name: str) -> calls.Answer:
    """One type, with the JSON schema of its parameters."""
    kind = call.context.catalog.get(name)
    if kind is None:
        raise exceptions.NotFound(kind='type of task', name=name)
    said = {**shape(kind), 'parameters': kind.parameters}
    return calls.Answer({'driver': said})


def shape(kind: tasktypes.TaskType) -> dict[str, Any]:
    """A type as JSON data; times are seconds, `refusal` null: it is run."""
    return {
        'name': kind.name,
        'description': kind.description,
        'package': kind.package,
        'version': kind.version,
        'place': str(kind.place),
        'timeout': kind.timeout,
        'retries': kind.retries,
        'interval': kind.interval,
        'guarded': kind.guarded,
        'refusal': kind.refusal,
    }
