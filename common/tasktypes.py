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
    seconds.
    """

    name: str
    parameters: Mapping[str, Any]
    place: Place = Place.NODE
    timeout: float = 3600.0
    retries: int = 0
    interval: float = 0.0
    #: Its tasks change the machine itself: run only where they are named.
    guarded: bool = False
    #: Why its tasks are not run here, noop twins excepted; None: they are.
    refusal: str | None = None
    #: One sentence for people.
    description: str = ''
    #: Name and version of the package that brings its driver.
    package: str = 'trailmark'
    version: str = ''


#: Types that the engine itself understands, whatever drivers there are.
STAGE = TaskType(
    'stage',
    {'type': 'object'},
    Place.NONE,
    description='Waits until everything before it has ended.',
)
SKIPPED = TaskType(
    'skipped',
    {'type': 'object'},
    Place.NONE,
    description='Does nothing, but keeps its place in the order.',
)
GROUP = TaskType(
    'group',
    {'type': 'object'},
    Place.NONE,
    description='Places other tasks.',
)
BUILT_IN: Mapping[str, TaskType] = {
    kind.name: kind for kind in (STAGE, SKIPPED, GROUP)
}

Catalog = Mapping[str, TaskType]
