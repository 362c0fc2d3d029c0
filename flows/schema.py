"""Checking JSON values against shapes and saying what is wrong with them."""

import copy
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jsonschema

from trailmark.common import problems
from trailmark.flows import spelling

COMPUTED = 'yaql_exp'
_KINDS = {
    'object': 'a mapping',
    'array': 'a list',
    'string': 'text',
    'number': 'a number',
    'integer': 'a whole number',
    'boolean': 'true or false',
    'null': 'nothing',
}


def is_computed(value: Any) -> bool:
    """Whether YAQL would compute the value."""
    return isinstance(value, Mapping) and COMPUTED in value


def field(path: Sequence[str | int]) -> str | None:
    """`cross-depends[0].name`, or None for the whole value."""
    text = ''
    for part in path:
        text += f'[{part}]' if isinstance(part, int) else f'.{part}'
    return text.lstrip('.') or None


def check(
    value: Any,
    schema: Mapping[str, Any],
    file: str | None,
    task: str | None = None,
    base: Sequence[str | int] = (),
    computed: bool = False,
) -> list[problems.Problem]:
    """What of the value doesn't fit the schema, one problem per field.

    With `computed`, a value that YAQL would compute fits everywhere.
    """
    validator = (_Lenient if computed else VALIDATOR)(schema)
    found: dict[str | None, problems.Problem] = {}
    for error in validator.iter_errors(value):
        place = field((*base, *error.absolute_path))
        known = problems.Problem(_say(error), file, task, place)
        found.setdefault(place, known)
    return list(found.values())


def _say(error: Any) -> str:
    wanted = error.schema if isinstance(error.schema, Mapping) else {}
    if error.validator in ('required', 'additionalProperties'):
        return str(error.message)
    if 'description' in wanted:
        return f'{wanted["description"]} is expected, not {_short(error)}'
    if error.validator == 'type':
        kinds = error.validator_value
        kinds = [kinds] if isinstance(kinds, str) else kinds
        named = ' or '.join(_KINDS[kind] for kind in kinds if kind != 'null')
        return f'{named} is expected, not {_short(error)}'
    if error.validator == 'enum':
        known = [str(name) for name in error.validator_value]
        near = spelling.hint(str(error.instance), known)
        named = ', '.join(known)
        return f'one of {named} is expected, not {_short(error)}{near}'
    if error.validator == 'minimum':
        return f'{_short(error)} is less than {error.validator_value}'
    if error.validator == 'minLength' or error.validator == 'minItems':
        return 'must not be empty'
    return str(error.message)[:200]


def _short(error: Any) -> str:
    text = repr(error.instance)
    return text if len(text) <= 60 else f'{text[:57]}...'


def _required(
    _: Any, names: list[str], value: Any, __: Any
) -> Iterator[jsonschema.ValidationError]:
    for name in names:
        if isinstance(value, Mapping) and name not in value:
            yield jsonschema.ValidationError('is missing', path=(name,))


def _additional(
    validator: Any, allowed: Any, value: Any, schema: Any
) -> Iterator[jsonschema.ValidationError]:
    if allowed is not False:
        known = jsonschema.Draft202012Validator.VALIDATORS
        yield from known['additionalProperties'](
            validator, allowed, value, schema
        )
        return
    names = schema.get('properties', {})
    for key in value if isinstance(value, Mapping) else ():
        if key not in names:
            near = spelling.hint(key, names)
            said = f'unknown key{near} (known: {", ".join(names)})'
            yield jsonschema.ValidationError(said, path=(key,))


def _unless_computed(keyword: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(keyword)
    def guarded(
        validator: Any, wanted: Any, value: Any, schema: Any
    ) -> Iterator[jsonschema.ValidationError]:
        if not is_computed(value):
            yield from keyword(validator, wanted, value, schema) or ()

    return guarded


#: Names what is missing and what is unknown, the latter with likely names.
VALIDATOR: Any = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    {'required': _required, 'additionalProperties': _additional},
)
_Lenient: Any = jsonschema.validators.extend(
    VALIDATOR,
    {
        name: _unless_computed(keyword)
        for name, keyword in copy.copy(VALIDATOR.VALIDATORS).items()
    },
)
