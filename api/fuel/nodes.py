"""What Fuel's clients look for in a node, beside what Trailmark keeps."""

from collections.abc import Mapping
from typing import Any

from trailmark.api.fuel import standings
from trailmark.db import records

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


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
