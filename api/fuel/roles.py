"""Roles of releases and clusters: which tags a node of a role carries."""

from collections.abc import Iterator
from typing import Any

from trailmark.api import calls, graph_input
from trailmark.common import exceptions
from trailmark.db import clusters, owners
from trailmark.flows import graphs
from trailmark.flows import roles as flow_roles


def index(call: calls.Call, level: str, owner: str) -> calls.Answer:
    """The roles that nodes can have there, by name."""
    return calls.Answer(list(_shapes(_roles_of(call, level, owner))))


def show(call: calls.Call, level: str, owner: str, role: str) -> calls.Answer:
    """One role."""
    for found in _shapes(_roles_of(call, level, owner)):
        if found['name'] == role:
            return calls.Answer(found)
    raise exceptions.NotFound(kind='role', name=role)


def _roles_of(call: calls.Call, level: str, owner: str) -> graphs.Roles:
    """Roles of a release; a cluster has its release's and plugins' too."""
    if level == 'cluster':
        return graph_input.effective_roles(clusters.get(call.db, owner))
    return flow_roles.read(owners.get(call.db, level, owner).roles)


def _shapes(roles: graphs.Roles) -> Iterator[dict[str, Any]]:
    for name, tags in sorted(roles.tags.items()):
        meta = {
            'name': name,
            'description': None,
            'group': None,
            'conflicts': None,
            'has_primary': name in roles.primaries,
            'tags': list(tags),
        }
        yield {'name': name, 'meta': meta, 'volumes_roles_mapping': []}
