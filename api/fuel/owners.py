"""What Fuel's clients look for in releases, plugins and clusters."""

from collections.abc import Mapping
from typing import Any

from trailmark.api.openapi.fuel import clusters
from trailmark.db import records

#: The form of package in which Fuel's plugins bring graphs of any type.
_PACKAGE_VERSION = '5.0.0'


def shape(owner: records.Owner) -> dict[str, Any]:
    """Keys of Fuel; its client knows the files of a release by `version`."""
    if owner.level == 'plugin':
        return {
            'title': owner.name,
            'version': None,
            'package_version': _PACKAGE_VERSION,
            'releases': [],
        }
    return {
        'state': 'available',
        'operating_system': None,
        'version': owner.name,
        'is_deployable': True,
    }


def of_cluster(status: str) -> dict[str, Any]:
    """Keys of Fuel for a cluster of this status."""
    return {
        'status': status,
        'fuel_version': None,
        'is_customized': False,
        'changes': [],
    }


def plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a new cluster without the words that only Fuel has."""
    given = {
        key: value
        for key, value in body.items()
        if key not in clusters.NEW_CLUSTER
    }
    if 'release_id' in body:
        given.setdefault('release', body['release_id'])
    return given
