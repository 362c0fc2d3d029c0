"""Pieces that schemas of bodies are made of."""

from collections.abc import Mapping
from typing import Any

TEXT = {'type': 'string', 'minLength': 1, 'maxLength': 255}
TEXT_OR_NULL = {'anyOf': [TEXT, {'type': 'null'}]}
FLAG = {'type': 'boolean'}
TEXTS = {
    'type': ['array', 'null'],
    'minItems': 1,
    'items': {'type': 'string', 'minLength': 1, 'maxLength': 10000},
}
COUNT = {'type': 'integer', 'minimum': 0, 'maximum': 2**31 - 1}
#: An empty one means the default.
TYPE = {'type': 'string', 'maxLength': 255}
TYPES = {'type': ['array', 'null'], 'minItems': 1, 'items': TYPE}
FILES = {'type': 'object', 'additionalProperties': {'type': 'string'}}
SELECTION = {'nodes': TEXTS, 'tasks': TEXTS, 'subgraphs': TEXTS}


def body(
    properties: Mapping[str, Any], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The schema of an object of these properties and no others."""
    return {
        'type': 'object',
        'properties': properties,
        'required': list(required),
        'additionalProperties': False,
    }


NAME_OR_ID = {
    'type': ['string', 'integer'],
    'minLength': 1,
    'maxLength': 255,
    'minimum': 1,
    'maximum': 2**63 - 1,
}
