"""The plan of a run: what is executed where, and after what."""

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.common import problems
from trailmark.flows import graphs


class Kind(enum.StrEnum):
    """Kinds of vertices."""

    TASK = 'task'
    #: Passed once everything before it has ended in any way.
    SYNC = 'sync'
    #: Stands for edges from many to many; ends badly if one before it did.
    BARRIER = 'barrier'


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task of a graph of the run, with its defaults filled in.

    Times are seconds. `limit` is how many nodes may run it at once, None
    for any number; `place` is a value of tasktypes.Place.
    """

    number: int
    graph: int
    id: str
    type: str
    place: str
    parameters: Mapping[str, Any]
    retries: int
    interval: float
    timeout: float
    limit: int | None = None
    fail_on_error: bool = True
    on_interrupt: str = 'rerun'
    secrets: tuple[str, ...] = ()
    test_pre: str | None = None
    test_post: str | None = None
    #: Where relative sources of its parameters are taken from.
    folder: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Vertex:
    """An execution, a sync point or a barrier.

    `node` is the number of the node in the plan, 0 without one; `task` is
    None for barriers and for the sync points between two graph types.
    """

    name: str
    kind: Kind
    graph: int
    task: PlannedTask | None = None
    node: int = 0
    skipped: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class ToleranceGroup:
    """Nodes of which at most `allowed` may fail; numbers of nodes."""

    name: str
    nodes: frozenset[int]
    allowed: int


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Vertices by number and, for each, the numbers of those after it.

    `nodes[0]` stands for no node (None); the others are the nodes of the
    snapshot in their order, then `master` unless it is one of them. The
    order of vertices is a topological one; priorities are the longest path
    to the end.
    """

    graph_types: tuple[str, ...]
    nodes: tuple[graphs.Node | None, ...]
    tasks: tuple[PlannedTask, ...]
    vertices: Sequence[Vertex]
    after: Sequence[Sequence[int]]
    priorities: Sequence[int]
    tolerance: tuple[ToleranceGroup, ...] = ()
    warnings: tuple[problems.Problem, ...] = ()
