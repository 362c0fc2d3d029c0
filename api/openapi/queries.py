"""Parameters of URLs that several views know."""

from collections.abc import Iterable
from typing import Any

LARGEST_PAGE = 1000
USUAL_PAGE = 100

TEXT = {
    'type': 'string',
    'maxLength': 1024,
    'pattern': r'^[^\u0000]*$',
    'x-refusal': 'it has to be a text of at most 1024 characters without NUL',
}
TEXTS = {'type': 'array', 'items': TEXT, 'maxItems': 1000}
NUMBER = {'type': 'integer', 'minimum': 0, 'maximum': 2**63 - 1}
#: Refused in the words of Fuel.
NUMBERS = {
    'type': 'array',
    'items': {**NUMBER, 'x-refusal': 'Comma-separated numbers list expected'},
    'maxItems': 1000,
}
FLAG = {
    'type': 'string',
    'enum': ['0', '1', 'false', 'true', 'False', 'True'],
    'default': '0',
    'x-refusal': 'say 0 or 1',
}
#: Of answers with graphs.
WITH_SECRETS = {
    'with_secrets': {
        **FLAG,
        'description': 'Secrets with their values, for who may '
        '`graphs:secrets`; the audit says so. Else they are masked.',
    }
}
MOMENT = {
    'type': 'string',
    'format': 'moment',
    'examples': ['2024-05-31', '2024-05-31T18:00', '90m', '12h', '30d'],
}
_LIMIT = {
    **NUMBER,
    'minimum': 1,
    'description': 'How many entries the page has at most; more than '
    f'{LARGEST_PAGE} are {LARGEST_PAGE}.',
}
#: Of lists that are pages always.
LIMIT = {**_LIMIT, 'default': USUAL_PAGE}
#: Of lists that are whole unless a limit is said, as Fuel's are.
PAGE_SIZE = _LIMIT
MARKER = {**NUMBER, 'description': 'The page after this one: its `next`.'}
AFTER_ID = {**NUMBER, 'description': 'The page after the entry of this id.'}


def words(known: Iterable[Any]) -> dict[str, Any]:
    """Some of these words."""
    return {
        'type': 'array',
        'items': {'type': 'string', 'enum': [str(word) for word in known]},
    }


def told(schema: Any, description: str) -> dict[str, Any]:
    """The same with a description."""
    return {**schema, 'description': description}
