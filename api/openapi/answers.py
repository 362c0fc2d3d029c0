"""Pieces that the schemas of answers are made of, and errors."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

ANY: Schema = {}
ID: Schema = {'type': 'integer', 'minimum': 1}
COUNT: Schema = {'type': 'integer', 'minimum': 0}
NUMBER: Schema = {'type': 'number'}
TEXT: Schema = {'type': 'string'}
FLAG: Schema = {'type': 'boolean'}
OBJECT: Schema = {'type': 'object'}
ID_OR_NULL: Schema = {'type': ['integer', 'null'], 'minimum': 1}
COUNT_OR_NULL: Schema = {'type': ['integer', 'null'], 'minimum': 0}
NUMBER_OR_NULL: Schema = {'type': ['number', 'null']}
TEXT_OR_NULL: Schema = {'type': ['string', 'null']}
OBJECT_OR_NULL: Schema = {'type': ['object', 'null']}
#: ISO 8601, UTC, to the microsecond, without its zone: as Fuel has it.
TIME_OR_NULL: Schema = {
    'type': ['string', 'null'],
    'pattern': '^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-9:]{8}[.][0-9]{6}$',
}


def shape(properties: Mapping[str, Schema], *optional: str) -> Schema:
    """An object of exactly these, of which some may be missing."""
    return {
        'type': 'object',
        'properties': dict(properties),
        'required': [name for name in properties if name not in optional],
        'additionalProperties': False,
    }


def listed(entry: Schema) -> Schema:
    """A list of such."""
    return {'type': 'array', 'items': entry}


def named(entry: Schema) -> Schema:
    """An object of such, by names that nobody knows before."""
    return {'type': 'object', 'additionalProperties': entry}


def either(*known: Any) -> Schema:
    """One of these words."""
    return {'type': 'string', 'enum': [str(word) for word in known]}


def of(name: str) -> Schema:
    """A schema of the document by its name."""
    return {'$ref': f'#/components/schemas/{name}'}


def or_null(schema: Schema) -> Schema:
    """Such, or null."""
    return {'anyOf': [schema, {'type': 'null'}]}


TEXTS: Schema = listed(TEXT)
#: What an answer says of a page: the marker of the next one.
NEXT = {**COUNT_OR_NULL, 'description': 'marker of the next page, or null'}

SCHEMAS: Mapping[str, Schema] = {
    'Error': shape(
        {
            'error': shape(
                {
                    'code': {**TEXT, 'description': 'stable'},
                    'message': TEXT,
                    'problems': listed(of('Problem')),
                    'id': {**TEXT, 'description': 'what the log has it as'},
                },
                'problems',
                'id',
            ),
            'message': {**TEXT, 'description': 'for clients of Fuel'},
            'errors': TEXTS,
        }
    ),
    'Problem': shape(
        {
            'message': TEXT,
            'file': TEXT_OR_NULL,
            'task': TEXT_OR_NULL,
            'field': TEXT_OR_NULL,
            'severity': either('error', 'warning'),
        }
    ),
    'NovaError': {
        **named(shape({'code': COUNT, 'message': TEXT})),
        'minProperties': 1,
        'maxProperties': 1,
        'description': 'By its name in Nova, such as itemNotFound.',
    },
    'SaharaError': shape(
        {'error_code': COUNT, 'error_name': TEXT, 'error_message': TEXT}
    ),
    'Provenance': shape(
        {
            'level': TEXT,
            'owner': TEXT,
            'file': TEXT_OR_NULL,
            'revision': ID_OR_NULL,
            'replaced': or_null(of('Provenance')),
        },
        'revision',
    ),
}
MEANINGS: Mapping[int, str] = {
    200: 'What was asked for.',
    201: 'It was made.',
    202: 'It was begun, or asked for.',
    204: 'It was done; there is nothing to say.',
    400: 'The request is refused: all that is wrong with it is named.',
    401: 'Nobody said who asks, or nobody is known so.',
    403: 'Who asks may not do this.',
    404: 'There is no such thing.',
    406: 'There is no such version.',
    409: 'Something that is there speaks against it.',
    408: 'The body did not come in time.',
    411: 'A body says its length before it is known who asks.',
    413: 'The body is too large.',
    415: 'There is no answer of such a type.',
    429: 'Passwords were tried too often: `Retry-After` says seconds.',
    500: 'Something unexpected went wrong; the log has it.',
    503: 'The database, or what else is needed, can not be used now.',
}
_ERRORS = {'': 'Error', 'nova_': 'NovaError', 'sahara_': 'SaharaError'}
#: By family of clients and status; a family's name ends with an underscore.
REFUSALS: Mapping[str, Mapping[str, Any]] = {
    f'{family}{status}': {
        'description': meaning,
        'content': {'application/json': {'schema': of(name)}},
    }
    for family, name in _ERRORS.items()
    for status, meaning in MEANINGS.items()
    if status >= 400
}
