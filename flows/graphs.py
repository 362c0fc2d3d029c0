"""The records of graphs, before and after they are merged."""

import dataclasses
from collections.abc import Mapping
from typing import Any

#: Levels of the merge, the weakest first.
LEVELS = ('release', 'plugin', 'cluster')

#: The type of a graph that is not named, or has an empty name.
DEFAULT_TYPE = 'default'

#: The node of tasks that run on the deployment server itself.
MASTER = 'master'


@dataclasses.dataclass(frozen=True, slots=True)
class Provenance:
    """Where a task comes from: its layer, its file, what it replaced.

    `folder` is the absolute path of the layer's folder, where that is known:
    relative sources of the task are taken from there.
    """

    level: str
    owner: str
    file: str | None = None
    replaced: 'Provenance | None' = None
    folder: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """One entry of a graph, as it was written.

    `body` is the whole mapping of the file, `id` and `type` included.
    """

    id: str
    type: str
    body: Mapping[str, Any]
    provenance: Provenance


@dataclasses.dataclass(frozen=True, slots=True)
class Graph:
    """Tasks of one type with their metadata: of one layer, or merged."""

    type: str
    tasks: tuple[Task, ...]
    metadata: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Layer:
    """What one owner brings: `level` is one of LEVELS, graphs by type."""

    level: str
    owner: str
    graphs: Mapping[str, Graph]


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """A node of a cluster, as it is when a run begins."""

    name: str
    roles: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Roles:
    """Tags of each role, and the tags that have a primary.

    A role that is not named is its own tag, without a primary.
    """

    tags: Mapping[str, tuple[str, ...]] = dataclasses.field(
        default_factory=dict
    )
    primaries: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Deployment:
    """A folder that was read: everything `trailmark deploy DIR` needs."""

    name: str
    release: str
    graph_types: tuple[str, ...]
    nodes: tuple[Node, ...]
    roles: Roles
    layers: tuple[Layer, ...]
    #: What of the roles does not come from plugins, and what does, by plugin.
    own_roles: Roles = Roles()
    plugin_roles: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """What of a graph is to run; None means everything.

    `subgraphs` are texts `[start[/node,..]][:end[/node,..]]`.
    """

    nodes: tuple[str, ...] | None = None
    tasks: tuple[str, ...] | None = None
    subgraphs: tuple[str, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How graphs are read: `noop` runs twins, `dry_run` runs nothing."""

    noop: bool = False
    dry_run: bool = False
    ignore_conditions: bool = False
    strict: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run is compiled from; the same snapshot gives the same plan.

    `graphs` are merged ones, in the order in which they run.
    """

    cluster_id: int
    cluster: str
    graphs: tuple[Graph, ...]
    nodes: tuple[Node, ...]
    roles: Roles
    selection: Selection = Selection()
    options: Options = Options()
