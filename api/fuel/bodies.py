"""Schemas of the bodies that Fuel's clients send."""

from collections.abc import Mapping
from typing import Any

from trailmark.api import fields

_ID = {'type': 'integer', 'minimum': 1, 'maximum': 2**63 - 1}
_NAMES = {'type': 'array', 'items': fields.TEXT}
#: Tasks that may be on nodes: texts, or null for a side that is open.
_ENDS = {
    'type': ['array', 'string', 'null'],
    'items': fields.TEXT_OR_NULL,
    'maxLength': 10000,
}
_MODES = {
    'dry_run': fields.FLAG,
    'noop_run': fields.FLAG,
    'force': fields.FLAG,
    'debug': fields.FLAG,
}
_GRAPHS = {
    'type': 'array',
    'minItems': 1,
    'items': fields.body(
        {
            'type': fields.TYPE,
            'nodes': {'type': 'array', 'items': _ID},
            'tasks': _NAMES,
        },
        ('type',),
    ),
}
_SEQUENCE = {'name': fields.TEXT, 'graphs': _GRAPHS}
#: What Fuel's client says of a new cluster, beside its name; it brings
#: neither nodes nor tasks, and networks are not Trailmark's.
NEW_CLUSTER: Mapping[str, Any] = {
    'release_id': _ID,
    'nodes': {'type': 'array', 'maxItems': 0},
    'tasks': {'type': 'array', 'maxItems': 0},
    'net_segment_type': fields.TEXT,
}
#: What Fuel's client changes of a node, beside its name.
CHANGED_NODE: Mapping[str, Any] = {
    'hostname': fields.TEXT,
    'labels': {
        'type': 'object',
        'additionalProperties': {'type': ['string', 'null']},
    },
}
#: Settings of a cluster; those of plugins say whether they are enabled.
_SETTING = {
    'type': 'object',
    'properties': {
        'metadata': {
            'type': 'object',
            'properties': {'enabled': fields.FLAG, 'chosen_id': _ID},
        }
    },
}
_PASSWORD = {'type': 'string', 'maxLength': 10000}
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    'fuel_execute': fields.body(
        {
            'cluster': _ID,
            'graphs': _GRAPHS,
            'subgraphs': {
                'type': 'array',
                'items': fields.body({'start': _ENDS, 'end': _ENDS}),
            },
            **_MODES,
        },
        ('cluster', 'graphs'),
    ),
    'fuel_sequence': fields.body(
        {
            **_SEQUENCE,
            'release': fields.NAME_OR_ID,
            'id': _ID,
            'release_id': _ID,
        },
        ('release', 'name', 'graphs'),
    ),
    'fuel_sequence_change': {**fields.body(_SEQUENCE), 'minProperties': 1},
    'fuel_sequence_execute': fields.body(
        {'cluster': _ID, **_MODES}, ('cluster',)
    ),
    'fuel_task_names': {**_NAMES, 'minItems': 1},
    'fuel_token': {
        'type': 'object',
        'properties': {
            'auth': {
                'type': 'object',
                'properties': {
                    'passwordCredentials': fields.body(
                        {'username': fields.TEXT, 'password': _PASSWORD},
                        ('username', 'password'),
                    ),
                    'token': {
                        'type': 'object',
                        'properties': {'id': _PASSWORD},
                        'required': ['id'],
                    },
                    'tenantName': fields.TEXT_OR_NULL,
                    'tenantId': fields.TEXT_OR_NULL,
                },
                'if': {'not': {'required': ['token']}},
                'then': {'required': ['passwordCredentials']},
            }
        },
        'required': ['auth'],
    },
    'fuel_attributes': {
        'type': 'object',
        'properties': {
            'editable': {'type': 'object', 'additionalProperties': _SETTING}
        },
        'required': ['editable'],
    },
}
