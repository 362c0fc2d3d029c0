"""Settings of a cluster: which plugins it has, and nothing more."""

from typing import Any

from trailmark.api import calls, rules
from trailmark.common import exceptions, problems
from trailmark.db import cluster_changes, clusters, owners, records


def show(call: calls.Call, cluster: str) -> calls.Answer:
    """Every plugin there is, and whether the cluster has it."""
    return calls.Answer(_shape(call, clusters.get(call.db, cluster)))


def update(call: calls.Call, cluster: str) -> calls.Answer:
    """Enable and disable the plugins that the body names, all at once."""
    said: dict[str, Any] = call.body['editable']
    known = {each.name for each in owners.list_all(call.db, 'plugin')}
    strange = [
        problems.Problem('there is no plugin of this name', field=name)
        for name in said
        if name not in known
    ]
    if strange:
        raise exceptions.InvalidInput(strange)
    wanted = {
        name: setting['metadata']['enabled']
        for name, setting in said.items()
        if 'enabled' in setting.get('metadata', {})
    }
    changed = cluster_changes.plug(call.db, cluster, wanted, rules.of(call))
    return calls.Answer(_shape(call, changed))


def _shape(call: calls.Call, cluster: records.Cluster) -> dict[str, Any]:
    found = owners.list_all(call.db, 'plugin')
    return {
        'editable': {each.name: _setting(each, cluster) for each in found},
        'generated': {},
    }


def _setting(
    plugin: records.Owner, cluster: records.Cluster
) -> dict[str, Any]:
    return {
        'metadata': {
            'class': 'plugin',
            'label': plugin.name,
            'enabled': plugin.name in cluster.plugins,
            'toggleable': True,
            'always_editable': True,
            'chosen_id': plugin.id,
        }
    }
