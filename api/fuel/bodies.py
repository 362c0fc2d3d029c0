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
}
