"""What is known of a type of task without importing its driver."""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any


class Place(enum.StrEnum):
    """Where the executions of a type are carried out."""

    #: On the node that the task is placed on.
    NODE = 'node'
    #: On `master`, with the context of the node that it is placed on.
    MASTER = 'master'
    #: Nowhere: the engine ends it itself.
    NONE = 'none'


@dataclasses.dataclass(frozen=True, slots=True)
class TaskType:
    """A type of task: its name, its parameters and its defaults.

    `parameters` is a JSON schema of the task's `parameters`; times are
    seconds; `runnable` is False where only the noop twin exists.
    """

    name: str
    parameters: Mapping[str, Any]
    place: Place = Place.NODE
    timeout: float = 3600.0
    retries: int = 0
    interval: float = 0.0
    runnable: bool = True


#: Types that the engine itself understands, whatever drivers there are.
STAGE = TaskType('stage', {'type': 'object'}, Place.NONE)
SKIPPED = TaskType('skipped', {'type': 'object'}, Place.NONE)
GROUP = TaskType('group', {'type': 'object'}, Place.NONE)
BUILT_IN: Mapping[str, TaskType] = {
    kind.name: kind for kind in (STAGE, SKIPPED, GROUP)
}

Catalog = Mapping[str, TaskType]
