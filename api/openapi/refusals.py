"""What of a request does not fit its schema, in words."""

import datetime
from collections.abc import Iterator
from typing import Any

import jsonschema

from trailmark.common import clock, problems
from trailmark.flows import schema, spelling

#: Checks what the document says of texts beyond JSON schema's own words.
FORMATS = jsonschema.FormatChecker(())
_KINDS = {
    'integer': 'a whole number',
    'object': 'an object',
    'array': 'a list',
    'string': 'a text',
    'boolean': 'true or false',
    'number': 'a number',
    'null': 'null',
}
_SIZES = {
    'minLength': 'it has to be at least {} characters long',
    'maxLength': 'it has to be at most {} characters long',
    'minItems': 'it has to have at least {} entries',
    'maxItems': 'it has to have at most {} entries',
    'minProperties': 'it has to have at least {} fields',
    'maxProperties': 'it has to have at most {} fields',
    'minimum': 'it has to be at least {}',
    'maximum': 'it has to be at most {}',
    'pattern': 'it has to match {}',
}


def _is_moment(value: object) -> bool:
    if isinstance(value, str):
        clock.parse(value, datetime.UTC)
    return True


FORMATS.checks('moment', raises=ValueError)(_is_moment)


def problems_of(found: Iterator[Any]) -> Iterator[problems.Problem]:
    """Every error as a problem of a field, below the part of the request."""
    for error in found:
        part, *place = error.absolute_path
        # A list of a query is one text.
        place = place[:1] if part == 'query' else place
        yield problems.Problem(_said(error), field=schema.field(place))


def _said(error: Any) -> str:
    """What is wrong, without the value: it may be long, or a secret."""
    wanted = error.validator_value
    if isinstance(error.schema, dict) and 'x-refusal' in error.schema:
        return str(error.schema['x-refusal'])
    if error.validator in _SIZES:
        return _SIZES[error.validator].format(wanted)
    if error.validator == 'type':
        kinds = [wanted] if isinstance(wanted, str) else wanted
        named = ' or '.join(_KINDS[kind] for kind in kinds)
        return f'it has to be {named}'
    if error.validator == 'enum':
        known = [str(word) for word in wanted]
        near = spelling.hint(str(error.instance), known)
        there = f'there are: {", ".join(known)}'
        return f'there is no {str(error.instance)[:60]!r}{near}; {there}'
    if error.validator == 'format':
        return str(error.cause)
    return str(error.message)[:500]
