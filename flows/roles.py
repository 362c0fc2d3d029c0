"""Roles, their tags and primaries, as roles.yaml has them."""

from collections.abc import Mapping
from typing import Any

from trailmark.common import exceptions, problems
from trailmark.flows import graphs, schema, shapes


def load(data: Any, file: str = 'roles.yaml') -> graphs.Roles:
    """Roles of the content of a roles.yaml; InvalidInput when it is wrong."""
    found = check(data, file)
    if found:
        raise exceptions.InvalidInput(found)
    return read(data)


def check(data: Any, file: str) -> list[problems.Problem]:
    """What is wrong with the content of a roles.yaml."""
    return schema.check(data, shapes.ROLES, file)


def read(data: Mapping[str, Any]) -> graphs.Roles:
    """Roles of a content that `check` found nothing in."""
    tags = {
        role: tuple(tags or ())
        for role, tags in (data.get('roles') or {}).items()
    }
    marks = data.get('tags') or {}
    return graphs.Roles(tags, _primaries(marks))


def of_plugin(data: Mapping[str, Any] | None) -> graphs.Roles:
    """Roles of a plugin's node_roles.yaml: each is its own tag."""
    data = data or {}
    return graphs.Roles({role: (role,) for role in data}, _primaries(data))


def combine(first: graphs.Roles, second: graphs.Roles) -> graphs.Roles:
    """Roles of both; where both have a role, the first's tags count."""
    return graphs.Roles(
        {**second.tags, **first.tags}, first.primaries | second.primaries
    )


def to_json(roles: graphs.Roles) -> dict[str, Any]:
    """What `load` reads back as the same roles."""
    return {
        'roles': {role: list(tags) for role, tags in roles.tags.items()},
        'tags': {
            tag: {'has_primary': True} for tag in sorted(roles.primaries)
        },
    }


def _primaries(marks: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        tag for tag, mark in marks.items() if (mark or {}).get('has_primary')
    )
