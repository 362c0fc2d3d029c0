"""Which plugins a cluster has, in their order."""

import sqlalchemy as sa

from trailmark.db import tables


def links(connection: sa.Connection, cluster_id: int) -> list[int]:
    """Ids of a cluster's plugins in their order."""
    link = tables.cluster_plugins.c
    return list(
        connection.execute(
            sa.select(link.plugin_id)
            .where(link.cluster_id == cluster_id)
            .order_by(link.position)
        ).scalars()
    )


def store(
    connection: sa.Connection, cluster_id: int, plugin_ids: list[int]
) -> bool:
    """Make the cluster's plugins these, in order; whether that changed."""
    link = tables.cluster_plugins
    if links(connection, cluster_id) == plugin_ids:
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
