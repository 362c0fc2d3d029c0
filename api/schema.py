"""Schemas of the bodies that the API takes."""

from collections.abc import Mapping
from typing import Any

import jsonschema

from trailmark.api import fields
from trailmark.api.fuel import bodies
from trailmark.api.nova import bodies as nova_bodies
from trailmark.common import exceptions, problems, step_types

_NULLABLE = {'type': ['object', 'null']}
#: One of two graphs that are compared; an empty one is what is kept now.
_SIDE = {
    **fields.body(
        {
            'level': {'enum': ['release', 'plugins', 'cluster', 'all']},
            'revision': {
                'type': 'integer',
                'minimum': 1,
                'maximum': 2**31 - 1,
            },
            'files': {**fields.FILES, 'minProperties': 1},
        }
    ),
    'maxProperties': 1,
}
_OWNER = {
    'name': fields.TEXT,
    'description': {'type': ['string', 'null'], 'maxLength': 10000},
    'roles': _NULLABLE,
    'roles_file': {**fields.FILES, 'minProperties': 1, 'maxProperties': 1},
}
_CLUSTER = {
    'name': fields.TEXT,
    'graph_types': {**fields.TYPES, 'type': 'array'},
    'roles': _NULLABLE,
    'roles_file': _OWNER['roles_file'],
}
_NODE = {
    'name': fields.TEXT,
    'roles': {'type': 'array', 'items': fields.TEXT},
    'attributes': {'type': 'object'},
}

_GRAPH = {
    'files': fields.FILES,
    'name': fields.TEXT,
    'cluster': fields.TEXT_OR_NULL,
    'type': fields.TYPE,
    'ignore_conditions': fields.FLAG,
    'noop': fields.FLAG,
    'strict': fields.FLAG,
    **fields.SELECTION,
}

_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    'deployment': fields.body(
        {
            'source': {'type': 'string', 'pattern': '^/', 'maxLength': 4096},
            'name': fields.TEXT,
            'files': fields.FILES,
            'cluster': fields.TEXT_OR_NULL,
            'graph_types': fields.TYPES,
            'dry_run': fields.FLAG,
            'noop': fields.FLAG,
            'ignore_conditions': fields.FLAG,
            'strict': fields.FLAG,
            **fields.SELECTION,
        },
        ('source', 'name', 'files'),
    ),
    'owner': fields.body(_OWNER, ('name',)),
    'owner_change': fields.body(_OWNER),
    'cluster': fields.body(
        {**_CLUSTER, 'release': fields.NAME_OR_ID, **bodies.NEW_CLUSTER},
        ('name',),
    ),
    'cluster_change': fields.body({**_CLUSTER, 'release': fields.NAME_OR_ID}),
    'enable': fields.body({'plugin': fields.NAME_OR_ID}, ('plugin',)),
    'node': fields.body(
        {**_NODE, 'cluster': fields.NAME_OR_ID}, ('name', 'cluster')
    ),
    'node_change': fields.body({**_NODE, **bodies.CHANGED_NODE}),
    'import': fields.body(
        {'files': fields.FILES, 'replace': fields.FLAG}, ('files',)
    ),
    'upload': fields.body(
        {
            'release': fields.NAME_OR_ID,
            'plugin': fields.NAME_OR_ID,
            'cluster': fields.NAME_OR_ID,
            'type': fields.TYPE,
            'files': fields.FILES,
            'source': {
                'type': ['string', 'null'],
                'pattern': '^/',
                'maxLength': 4096,
            },
            'strict': fields.FLAG,
        },
        ('files',),
    ),
    'diff': fields.body(
        {
            'release': fields.NAME_OR_ID,
            'plugin': fields.NAME_OR_ID,
            'cluster': fields.NAME_OR_ID,
            'type': fields.TYPE,
            'before': _SIDE,
            'after': _SIDE,
            'whole': fields.FLAG,
        }
    ),
    'run': fields.body(
        {
            'cluster': fields.NAME_OR_ID,
            'graph_types': fields.TYPES,
            'dry_run': fields.FLAG,
            'noop': fields.FLAG,
            'ignore_conditions': fields.FLAG,
            'strict': fields.FLAG,
            **fields.SELECTION,
        },
        ('cluster',),
    ),
    'anything': {'type': ['object', 'array']},
    'resume': fields.body({'skip': {**fields.TEXTS, 'minItems': 0}}),
    'lint': fields.body(_GRAPH),
    'expand': fields.body(_GRAPH),
    'plot': fields.body(
        {
            **_GRAPH,
            'expanded': fields.FLAG,
            'run': {'type': 'integer', 'minimum': 1},
            'format': {'enum': ['dot', 'mermaid']},
        }
    ),
    'explain': fields.body(
        {**_GRAPH, 'execution': fields.TEXT}, ('execution',)
    ),
    'step_report': fields.body(
        {
            'plugin': fields.TEXT,
            'step': fields.TEXT,
            'step_type': {'enum': list(step_types.TYPES)},
            'completed': fields.COUNT,
            'total': fields.COUNT,
            'error': {'type': 'string', 'minLength': 1, 'maxLength': 4096},
        },
        ('step', 'completed', 'total'),
    ),
    'nothing': fields.body({}),
    **bodies.SCHEMAS,
    **nova_bodies.SCHEMAS,
}

_CHECKS = {
    name: jsonschema.Draft202012Validator(body)
    for name, body in _SCHEMAS.items()
}


def check(name: str, data: Any) -> dict[str, Any]:
    """The data, once it fits; raises InvalidInput with everything wrong."""
    found = tuple(
        problems.Problem(message=_said(error), field=_place(error))
        for error in _CHECKS[name].iter_errors(data)
    )
    if found:
        raise exceptions.InvalidInput(found)
    checked: dict[str, Any] = data
    return checked


def _place(error: Any) -> str | None:
    return '.'.join(str(part) for part in error.absolute_path) or None


def _said(error: Any) -> str:
    """What is wrong, without the value: it may be long, or a secret."""
    rules = {
        'type': 'it has to be of type {}',
        'minLength': 'it has to be at least {} characters long',
        'maxLength': 'it has to be at most {} characters long',
        'minItems': 'it has to have at least {} entries',
        'pattern': 'it has to match {}',
    }
    if error.validator in rules:
        wanted = error.validator_value
        if isinstance(wanted, list):
            wanted = ' or '.join(wanted)
        return rules[error.validator].format(wanted)
    if error.validator == 'anyOf':
        return 'it has to be a text of 1 to 255 characters, or null'
    return str(error.message)[:500]
