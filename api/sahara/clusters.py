"""Clusters with the progress of what is done to them (seed 001)."""

import collections
from typing import Any

from trailmark.api import calls
from trailmark.api.sahara import progress, steps, versions
from trailmark.common import states
from trailmark.common.states import RunState
from trailmark.db import clusters, records
from trailmark.flows import graphs
from trailmark.flows import steps as flow_steps

_PARAMETERS = ('limit', 'marker', 'sort_by', 'plugin_name', 'name')
_VERSIONS = {True: 'plugin_version', False: 'hadoop_version'}
_ACTIVE = {'scaling': 'Scaling', 'deleting': 'Deleting'}


def index(call: calls.Call, tenant: str | None = None) -> calls.Answer:
    """Clusters by id, without their steps; so names are found."""
    version = _VERSIONS[tenant is None]
    versions.check(call, tenant, (*_PARAMETERS, version))
    found = [
        _shape(call, tenant, each, progress.standing(call, each))
        for each in clusters.list_all(call.db)
    ]
    for name in ('plugin_name', 'name', version):
        said = call.text(name)
        if said is not None:
            found = [each for each in found if each[name] == said]
    return calls.Answer({'clusters': _page(call, found)})


def show(
    call: calls.Call, cluster: str, tenant: str | None = None
) -> calls.Answer:
    """One cluster, with its steps; with their events if asked for."""
    versions.check(call, tenant, ('show_progress',))
    return versions.shared(call, tenant, lambda: _shown(call, cluster, tenant))


def _shown(
    call: calls.Call, cluster: str, tenant: str | None
) -> dict[str, Any]:
    found = versions.cluster(call, cluster)
    standing = progress.of(call, found)
    # Sahara: no other word than this says yes.
    with_events = (call.text('show_progress') or '').lower() == 'true'
    owner = versions.owner(tenant, found.project)
    listed = steps.shapes(call, owner, standing.steps, with_events)
    return {
        'cluster': {
            **_shape(call, tenant, found, standing),
            'provisioning_progress': listed,
            # What Sahara's clients call it.
            'provision_progress': listed,
        }
    }


def _page(
    call: calls.Call, found: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    said = call.text('sort_by')
    if said is not None:
        key = said.removeprefix('-')
        if any(key not in each for each in found):
            raise calls.refused('clusters are not sorted by this', 'sort_by')
        found = sorted(
            found, key=lambda each: str(each[key]), reverse=said != key
        )
    marker = call.text('marker')
    if marker is not None:
        ids = [each['id'] for each in found]
        if marker not in ids:
            raise calls.refused('there is no such cluster', 'marker')
        found = found[ids.index(marker) + 1 :]
    return found[: call.page_size()]


def _shape(
    call: calls.Call,
    tenant: str | None,
    cluster: records.Cluster,
    standing: progress.Standing,
) -> dict[str, Any]:
    return {
        'id': str(cluster.id),
        'name': cluster.name,
        **versions.owner(tenant, cluster.project),
        'description': None,
        'status': _status(standing),
        'status_description': standing.description,
        'plugin_name': next(iter(cluster.plugins), cluster.release),
        _VERSIONS[tenant is None]: cluster.release,
        'node_groups': _node_groups(cluster),
        'created_at': versions.text(cluster.created_at),
        'updated_at': versions.text(cluster.updated_at),
        **_FOREIGN,
    }


#: What clients can't do without and clusters here don't have.
_FOREIGN: dict[str, Any] = {
    **dict.fromkeys(
        (
            *('cluster_template_id', 'default_image_id', 'user_keypair_id'),
            *('neutron_management_network', 'shares', 'trust_id'),
        )
    ),
    **dict.fromkeys(
        ('is_transient', 'is_public', 'is_protected', 'use_autoconfig'), False
    ),
    'anti_affinity': [],
    'cluster_configs': {},
    'info': {},
}


def _status(standing: progress.Standing) -> str:
    """Sahara's word for how a cluster is."""
    run = standing.run
    if run is None:
        return 'Validating'
    if run.state in states.ACTIVE_RUN_STATES:
        return _ACTIVE.get(run.type, 'Waiting')
    return 'Active' if run.state == RunState.READY else 'Error'


def _node_groups(cluster: records.Cluster) -> list[dict[str, Any]]:
    """Nodes by the groups that they are of, in their order."""
    groups: dict[str, list[records.NodeRecord]]
    groups = collections.defaultdict(list)
    for each in cluster.nodes:
        node = graphs.Node(each.name, each.roles, each.attributes)
        groups[flow_steps.group_of(node)].append(each)
    return [
        {
            'id': name,
            'name': name,
            'count': len(nodes),
            'node_processes': sorted({r for n in nodes for r in n.roles}),
            'instances': [
                {
                    'id': str(node.id),
                    'instance_id': str(node.id),
                    'instance_name': node.name,
                }
                for node in nodes
            ],
        }
        for name, nodes in groups.items()
    ]
