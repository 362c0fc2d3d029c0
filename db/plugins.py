"""Plugins of clusters, and the graphs that clusters have from them."""

import sqlalchemy as sa

from trailmark.db import tables


def store(
    connection: sa.Connection, cluster_id: int, plugin_ids: list[int]
) -> bool:
    """Make the cluster's plugins these, in order; whether that changed."""
    link = tables.cluster_plugins
    known = connection.execute(
        sa.select(link.c.plugin_id)
        .where(link.c.cluster_id == cluster_id)
        .order_by(link.c.position)
    ).scalars()
    if list(known) == plugin_ids:
        return False
    connection.execute(link.delete().where(link.c.cluster_id == cluster_id))
    if plugin_ids:
        connection.execute(
            link.insert(),
            [
                {
                    'cluster_id': cluster_id,
                    'plugin_id': plugin_id,
                    'position': position,
                }
                for position, plugin_id in enumerate(plugin_ids)
            ],
        )
    return True


def link_graphs(
    connection: sa.Connection, cluster_id: int, plugin_ids: list[int]
) -> None:
    """Link every cluster that has such plugins to their graphs anew."""
    plugged, graph = tables.cluster_plugins.c, tables.plugin_deployment_graphs
    link = tables.cluster_plugin_deployment_graphs
    users = connection.execute(
        sa.select(plugged.cluster_id).where(plugged.plugin_id.in_(plugin_ids))
    ).scalars()
    affected = {cluster_id, *users}
    connection.execute(link.delete().where(link.c.cluster_id.in_(affected)))
    names = ['cluster_id', 'type', 'position', 'plugin_id']
    connection.execute(
        link.insert().from_select(
            [*names, 'deployment_graph_id'],
            sa.select(
                plugged.cluster_id,
                graph.c.type,
                plugged.position,
                plugged.plugin_id,
                graph.c.deployment_graph_id,
            )
            .join_from(
                tables.cluster_plugins,
                graph,
                graph.c.plugin_id == plugged.plugin_id,
            )
            .where(plugged.cluster_id.in_(affected)),
        )
    )
