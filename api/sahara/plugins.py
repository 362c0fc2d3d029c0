"""Plugins, with the steps that each has by their type (seed 001)."""

from typing import Any

from trailmark.api import calls, graph_input
from trailmark.api.sahara import versions
from trailmark.common import step_types
from trailmark.db import graphs, owners, records
from trailmark.flows import steps


def index(call: calls.Call, tenant: str | None = None) -> calls.Answer:
    """Plugins by id, without their steps."""
    versions.check(call, tenant, ())
    found = owners.list_all(call.db, 'plugin')
    return calls.Answer({'plugins': [_shape(each) for each in found]})


def show(
    call: calls.Call, plugin: str, tenant: str | None = None
) -> calls.Answer:
    """One plugin, by its name, with its steps."""
    versions.check(call, tenant, ())
    found = owners.get(call.db, 'plugin', plugin)
    told = {**_shape(found), 'provisioning_steps': _steps(call, found.name)}
    return calls.Answer({'plugin': told})


def _shape(plugin: records.Owner) -> dict[str, Any]:
    return {
        'name': plugin.name,
        'title': plugin.name,
        'description': plugin.description or '',
        'versions': [],
        'plugin_labels': {},
        'version_labels': {},
    }


def _steps(call: calls.Call, name: str) -> dict[str, list[str]]:
    """What its package says; if there is none, the tasks of its graphs."""
    declared = call.context.declared_steps.get(name)
    if declared is not None:
        return {
            kind: list(declared.get(kind, ())) for kind in step_types.TYPES
        }
    stored = graphs.list_of(call.db, 'plugin', name)
    return steps.names_in(graph_input.graph_of(each) for each in stored)
