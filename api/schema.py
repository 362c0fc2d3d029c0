"""Schemas of the bodies that the API takes."""

from collections.abc import Mapping
from typing import Any

import jsonschema

from trailmark.common import exceptions, problems

_TEXT = {'type': 'string', 'minLength': 1, 'maxLength': 255}
_TEXT_OR_NULL = {'anyOf': [_TEXT, {'type': 'null'}]}
_FLAG = {'type': 'boolean'}
_TEXTS = {
    'type': ['array', 'null'],
    'minItems': 1,
    'items': {'type': 'string', 'minLength': 1, 'maxLength': 10000},
}
#: An empty one means the default.
_TYPE = {'type': 'string', 'maxLength': 255}
_TYPES = {'type': ['array', 'null'], 'minItems': 1, 'items': _TYPE}
_FILES = {'type': 'object', 'additionalProperties': {'type': 'string'}}
_SELECTION = {'nodes': _TEXTS, 'tasks': _TEXTS, 'subgraphs': _TEXTS}


def _body(
    properties: Mapping[str, Any], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        'type': 'object',
        'properties': properties,
        'required': list(required),
        'additionalProperties': False,
    }


_NAME_OR_ID = {
    'type': ['string', 'integer'],
    'minLength': 1,
    'maxLength': 255,
    'minimum': 1,
    'maximum': 2**63 - 1,
}
_NULLABLE = {'type': ['object', 'null']}
#: One of two graphs that are compared; an empty one is what is kept now.
_SIDE = {
    **_body(
        {
            'level': {'enum': ['release', 'plugins', 'cluster', 'all']},
            'revision': {
                'type': 'integer',
                'minimum': 1,
                'maximum': 2**31 - 1,
            },
            'files': {**_FILES, 'minProperties': 1},
        }
    ),
    'maxProperties': 1,
}
_OWNER = {
    'name': _TEXT,
    'description': {'type': ['string', 'null'], 'maxLength': 10000},
    'roles': _NULLABLE,
    'roles_file': {**_FILES, 'minProperties': 1, 'maxProperties': 1},
}
_CLUSTER = {
    'name': _TEXT,
    'graph_types': {**_TYPES, 'type': 'array'},
    'roles': _NULLABLE,
    'roles_file': _OWNER['roles_file'],
}
_NODE = {
    'name': _TEXT,
    'roles': {'type': 'array', 'items': _TEXT},
    'attributes': {'type': 'object'},
}

_GRAPH = {
    'files': _FILES,
    'name': _TEXT,
    'cluster': _TEXT_OR_NULL,
    'type': _TYPE,
    'ignore_conditions': _FLAG,
    'noop': _FLAG,
    'strict': _FLAG,
    **_SELECTION,
}

_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    'deployment': _body(
        {
            'source': {'type': 'string', 'pattern': '^/', 'maxLength': 4096},
            'name': _TEXT,
            'files': _FILES,
            'cluster': _TEXT_OR_NULL,
            'graph_types': _TYPES,
            'dry_run': _FLAG,
            'noop': _FLAG,
            'ignore_conditions': _FLAG,
            'strict': _FLAG,
            **_SELECTION,
        },
        ('source', 'name', 'files'),
    ),
    'owner': _body(_OWNER, ('name',)),
    'owner_change': _body(_OWNER),
    'cluster': _body(
        {**_CLUSTER, 'release': _NAME_OR_ID}, ('name', 'release')
    ),
    'cluster_change': _body({**_CLUSTER, 'release': _NAME_OR_ID}),
    'enable': _body({'plugin': _NAME_OR_ID}, ('plugin',)),
    'node': _body({**_NODE, 'cluster': _NAME_OR_ID}, ('name', 'cluster')),
    'node_change': _body(_NODE),
    'import': _body({'files': _FILES, 'replace': _FLAG}, ('files',)),
    'upload': _body(
        {
            'release': _NAME_OR_ID,
            'plugin': _NAME_OR_ID,
            'cluster': _NAME_OR_ID,
            'type': _TYPE,
            'files': _FILES,
            'source': {
                'type': ['string', 'null'],
                'pattern': '^/',
                'maxLength': 4096,
            },
            'strict': _FLAG,
        },
        ('files',),
    ),
    'diff': _body(
        {
            'release': _NAME_OR_ID,
            'plugin': _NAME_OR_ID,
            'cluster': _NAME_OR_ID,
            'type': _TYPE,
            'before': _SIDE,
            'after': _SIDE,
            'whole': _FLAG,
        }
    ),
    'run': _body(
        {
            'cluster': _NAME_OR_ID,
            'graph_types': _TYPES,
            'dry_run': _FLAG,
            'noop': _FLAG,
            'ignore_conditions': _FLAG,
            'strict': _FLAG,
            **_SELECTION,
        },
        ('cluster',),
    ),
    'anything': {'type': ['object', 'array']},
    'resume': _body({'skip': {**_TEXTS, 'minItems': 0}}),
    'lint': _body(_GRAPH),
    'expand': _body(_GRAPH),
    'plot': _body(
        {
            **_GRAPH,
            'expanded': _FLAG,
            'run': {'type': 'integer', 'minimum': 1},
            'format': {'enum': ['dot', 'mermaid']},
        }
    ),
    'explain': _body({**_GRAPH, 'execution': _TEXT}, ('execution',)),
    'nothing': _body({}),
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
