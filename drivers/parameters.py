"""JSON schemas of parameters; a computed value may stand anywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_EXPRESSION = 'yaql_exp'
_COMPUTED = {'type': 'object', 'required': [_EXPRESSION]}
TEXT: Schema = {'type': 'string'}
FILLED: Schema = {'type': 'string', 'minLength': 1}
FLAG: Schema = {'type': 'boolean'}
COUNT: Schema = {'type': 'integer', 'minimum': 0}
DURATION: Schema = {'type': 'number', 'exclusiveMinimum': 0}
PAUSE: Schema = {'type': 'number', 'minimum': 0}
NAME: Schema = {'type': ['string', 'integer']}


def has_computed(given: Any) -> bool:
    """Whether anything in a JSON value is still to be computed."""
    if isinstance(given, Mapping):
        return _EXPRESSION in given or any(map(has_computed, given.values()))
    return isinstance(given, list | tuple) and any(map(has_computed, given))


def value(schema: Schema) -> Schema:
    """The schema, or a computed value, with the messages of the schema."""
    return {'if': _COMPUTED, 'else': schema}


def mapping(
    fields: Mapping[str, Schema], required: Sequence[str] = ()
) -> Schema:
    """An object with typed fields; more fields are welcome."""
    return {
        'type': 'object',
        'properties': {name: value(each) for name, each in fields.items()},
        'required': list(required),
        'additionalProperties': True,
    }


def sequence(item: Schema) -> Schema:
    """A list that is not empty."""
    return {'type': 'array', 'minItems': 1, 'items': value(item)}


_COMMON = {'timeout': DURATION, 'retries': COUNT, 'interval': PAUSE}


def schema(required: Sequence[str] = (), **fields: Schema) -> Schema:
    """Parameters of a type: its own fields and those of every type."""
    return {
        '$schema': 'https://json-schema.org/draft/2020-12/schema',
        **mapping({**_COMMON, **fields}, required),
    }
