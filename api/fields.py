"""Pieces that schemas of bodies are made of."""

from collections.abc import Mapping
from typing import Any

ID = {'type': 'integer', 'minimum': 1, 'maximum': 2**63 - 1}
TEXT = {'type': 'string', 'minLength': 1, 'maxLength': 255}
TEXT_OR_NULL = {**TEXT, 'type': ['string', 'null']}
OBJECT_OR_NULL = {'type': ['object', 'null']}
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
ONE_FILE = {**FILES, 'minProperties': 1, 'maxProperties': 1}
#: The folder of a deployment.
SOURCE = {'type': 'string', 'pattern': '^/', 'maxLength': 4096}
SELECTION = {
    'nodes': {**TEXTS, 'maxItems': 20_000},
    'tasks': {**TEXTS, 'maxItems': 20_000},
    'subgraphs': {**TEXTS, 'maxItems': 1_000},
}
#: What is asked of a run that begins.
RUN = {
    'graph_types': TYPES,
    'dry_run': FLAG,
    'noop': FLAG,
    'ignore_conditions': FLAG,
    'strict': FLAG,
    **SELECTION,
}
#: A graph that is looked at, and how.
GRAPH = {
    'files': FILES,
    'name': TEXT,
    'cluster': TEXT_OR_NULL,
    'type': TYPE,
    'ignore_conditions': FLAG,
    'noop': FLAG,
    'strict': FLAG,
    **SELECTION,
}
NAME_OR_ID = {
    'type': ['string', 'integer'],
    'minLength': 1,
    'maxLength': 255,
    'minimum': 1,
    'maximum': 2**63 - 1,
}


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
