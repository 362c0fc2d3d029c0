"""What Fuel's clients look for in releases, plugins and clusters."""

from typing import Any

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
