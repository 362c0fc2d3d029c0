"""Roles in a request: data, or the text of a file."""

from collections.abc import Mapping
from typing import Any

from trailmark.common import exceptions, problems
from trailmark.flows import documents, roles, schema, shapes


def taken(body: dict[str, Any], level: str) -> dict[str, Any]:
    """The body with its roles checked, whichever way they came.

    A plugin's have the form of node_roles.yaml, others' of roles.yaml.
    Raises InvalidInput.
    """
    given = dict(body)
    files: Mapping[str, str] | None = given.pop('roles_file', None)
    if files is not None:
        [(path, text)] = files.items()
        content, found = documents.read(text, path)
        _refuse(list(found))
        _refuse(_wrong(content or {}, level, path))
        given['roles'] = content or {}
    elif given.get('roles') is not None:
        _refuse(_wrong(given['roles'], level, 'roles'))
    elif 'roles' in given:
        given['roles'] = {}
    return given


def _wrong(content: Any, level: str, file: str) -> list[problems.Problem]:
    if level == 'plugin':
        return schema.check(content, shapes.PLUGIN_ROLES, file)
    return roles.check(content, file)


def _refuse(found: list[problems.Problem]) -> None:
    if any(each.severity is problems.Severity.ERROR for each in found):
        raise exceptions.InvalidInput(found)
