"""Releases and plugins: what both have."""

from typing import Any

from trailmark.api import calls, lists, roles_input
from trailmark.api.fuel import owners as fuel
from trailmark.common import exceptions
from trailmark.db import owners, records
from trailmark.flows import schema, shapes


def index(call: calls.Call, level: str) -> calls.Answer:
    """All of them, or a page, by id; those of a cluster if one is named."""
    named = call.text('cluster')

    def fetch(marker: int | None, limit: int) -> lists.Entries:
        found = owners.list_all(call.db, level, named, limit, marker or 0)
        return [shape(each) for each in found]

    return lists.answer(call, fetch)


def create(call: calls.Call, level: str) -> calls.Answer:
    """A new one."""
    body = roles_input.taken(call.body, level)
    name = body.pop('name')
    check_name(name)
    made = owners.create(call.db, level, name, body)
    return calls.Answer(shape(made), 201)


def show(call: calls.Call, level: str, owner: str) -> calls.Answer:
    """One of them."""
    return calls.Answer(shape(owners.get(call.db, level, owner)))


def update(call: calls.Call, level: str, owner: str) -> calls.Answer:
    """Change what the body names."""
    body = roles_input.taken(call.body, level)
    if 'name' in body:
        check_name(body['name'])
    return calls.Answer(shape(owners.update(call.db, level, owner, body)))


def delete(call: calls.Call, level: str, owner: str) -> calls.Answer:
    """Delete one that no cluster uses, with its graphs."""
    owners.delete(call.db, level, owner)
    return calls.Answer(status=204)


def check_name(name: str, wanted: str = 'name') -> None:
    """Raise InvalidInput unless this may name an owner."""
    found = schema.check(
        {'name': name}, {**shapes.DEPLOYMENT, 'required': []}, None
    )
    if found:
        raise exceptions.InvalidInput(found)


def shape(owner: records.Owner) -> dict[str, Any]:
    """A release or a plugin as JSON data."""
    return {
        'id': owner.id,
        'name': owner.name,
        'description': owner.description,
        'roles': owner.roles,
        'graph_types': list(owner.graph_types),
        'clusters': list(owner.clusters),
        'is_deleted': False,
        **fuel.shape(owner),
    }
