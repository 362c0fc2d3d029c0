"""What follows from a change of graphs: merges of plugins, and a verdict."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions, mappings
from trailmark.db import clusters, projects, records, stored_graphs, tables

Fit = Callable[[str, Sequence[records.GraphRecord]], None]
Check = Callable[[records.Cluster, Sequence[records.GraphRecord]], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Rules:
    """What the language demands; both raise InvalidInput.

    `fit` looks at the graphs of one type of a cluster's plugins, in their
    order; `check` at all graphs of a cluster.
    """

    fit: Fit = lambda kind, graphs: None
    check: Check = lambda cluster, graphs: None


#: Whatever comes is taken.
NO_RULES = Rules()


def users(connection: sa.Connection, place: stored_graphs.Place) -> list[int]:
    """Ids of the clusters that the graphs of an owner reach."""
    c, link = tables.clusters.c, tables.cluster_plugins.c
    which = {
        'cluster': c.id == place.owner_id,
        'release': c.release_id == place.owner_id,
        'plugin': c.id.in_(
            sa.select(link.cluster_id).where(link.plugin_id == place.owner_id)
        ),
    }[place.level]
    wanted = sa.select(c.id).where(which, c.deleted_at.is_(None))
    with projects.lifted(connection):
        return list(connection.execute(wanted.order_by(c.id)).scalars())


def settle(
    connection: sa.Connection, cluster_ids: Iterable[int], rules: Rules
) -> None:
    """Merge the plugins of these clusters anew, and have them checked.

    Raises InvalidInput that names the cluster: nothing is stored then.
    """
    for number in cluster_ids:
        try:
            with projects.lifted(connection):
                cluster = clusters.read(connection, number)
                rebuild(connection, cluster, rules.fit)
                rules.check(cluster, clusters.layers(connection, cluster))
        except exceptions.InvalidInput as error:
            where = projects.called(connection, number)
            raise exceptions.InvalidInput(
                [
                    dataclasses.replace(
                        each,
                        message=f'{each.message} (in {where})',
                    )
                    for each in error.problems
                ]
            ) from None


def rebuild(
    connection: sa.Connection, cluster: records.Cluster, fit: Fit
) -> None:
    """Store the merge of a cluster's plugins; the same is not written."""
    by_type: dict[str, list[records.GraphRecord]] = {}
    for graph in _of_plugins(connection, cluster.id):
        by_type.setdefault(graph.type, []).append(graph)
    for kind, graphs in by_type.items():
        fit(kind, graphs)
    place = stored_graphs.Place(stored_graphs.MERGE, cluster.id)
    list(
        stored_graphs.store(
            connection,
            place,
            {kind: merge(kind, graphs) for kind, graphs in by_type.items()},
        )
    )


def merge(
    kind: str, graphs: Sequence[records.GraphRecord]
) -> records.GraphRecord:
    """The tasks of plugins one after the other; the first of an id stays."""
    metadata: dict[str, Any] = {}
    tasks: dict[str, records.TaskRecord] = {}
    for graph in graphs:
        metadata = mappings.updated(metadata, graph.metadata)
        for task in graph.tasks:
            own = dataclasses.replace(task, owner=graph.owner)
            tasks.setdefault(str(task.body.get('id')), own)
    return records.GraphRecord(
        'plugin', '*', kind, metadata, tuple(tasks.values())
    )


def _of_plugins(
    connection: sa.Connection, cluster_id: int
) -> Iterator[records.GraphRecord]:
    link, plugin = tables.cluster_plugins.c, tables.plugins.c
    rows = connection.execute(
        sa.select(plugin.id, plugin.name)
        .join(tables.cluster_plugins, link.plugin_id == plugin.id)
        .where(link.cluster_id == cluster_id)
        .order_by(link.position)
    ).all()
    for number, name in rows:
        place = stored_graphs.Place('plugin', number)
        yield from stored_graphs.read_all(connection, place, name)
