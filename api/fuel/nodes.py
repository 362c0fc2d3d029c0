"""What Fuel's clients look for in a node, beside what Trailmark keeps."""

from collections.abc import Mapping
from typing import Any

from trailmark.api import calls
from trailmark.api.fuel import standings
from trailmark.api.openapi.fuel import nodes as known_nodes
from trailmark.db import cluster_changes, records
from trailmark.db import nodes as db_nodes

#: Attributes that Fuel has as keys of a node.
_NAMED = (
    *('ip', 'mac', 'fqdn', 'os_platform', 'platform_name', 'manufacturer'),
    *('kernel_params', 'group_id'),
)


def shape(
    node: records.NodeRecord, standing: standings.Standing
) -> dict[str, Any]:
    """Keys of Fuel; what it knows of machines comes from the attributes.

    A null says that the node has no such attribute.
    """
    known = node.attributes
    failed = standing.status == 'error'
    return {
        'status': standing.status,
        'progress': standing.progress,
        'online': standing.online,
        'error_type': 'deploy' if failed else None,
        **{name: known.get(name) for name in _NAMED},
        'hostname': known.get('hostname', node.name),
        'labels': _mapping(known.get('labels')),
        'meta': _mapping(known.get('meta')),
        'pending_roles': [],
        'pending_addition': False,
        'pending_deletion': False,
    }


def plain(body: Mapping[str, Any], node: records.NodeRecord) -> dict[str, Any]:
    """A change of a node; what only Fuel has a key for is an attribute."""
    said = {key: body[key] for key in known_nodes.CHANGED_NODE if key in body}
    given = {key: value for key, value in body.items() if key not in said}
    if said:
        given['attributes'] = {
            **given.get('attributes', node.attributes),
            **said,
        }
    return given


def delete(call: calls.Call) -> calls.Answer:
    """Remove the nodes that `ids` names, none if one of them is not there.

    Their history stays. Raises InvalidInput, NotFound, ClusterBusy.
    """
    numbers = call.numbers('ids') or ()
    found = [db_nodes.find(call.db, number) for number in numbers]
    for node, cluster in found:
        cluster_changes.remove_node(call.db, cluster, node.name)
    return calls.Answer(status=204)


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
