"""A fast way to see that a JSON value fits a schema, as most of them do."""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

COMPUTED = 'yaql_exp'

Check = Callable[[Any], bool]
_SILENT = frozenset(('description', 'title', 'default', '$schema', 'else'))
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    'object': dict,
    'array': list,
    'string': str,
    'integer': int,
    'number': (int, float),
    'boolean': bool,
    'null': type(None),
}


def is_computed(value: Any) -> bool:
    """Whether YAQL would compute the value."""
    return isinstance(value, Mapping) and COMPUTED in value


class Fitting:
    """Says whether values fit one schema; `no` may mean `not sure`.

    With `computed`, a value that YAQL would compute fits everywhere.
    """

    def __init__(self, schema: Mapping[str, Any], computed: bool) -> None:
        self._computed = computed
        self.fits = self._check_of(schema)

    def _check_of(self, schema: Any) -> Check:
        if not isinstance(schema, Mapping):
            return _unsure
        checks = []
        for keyword, wanted in schema.items():
            if keyword == 'additionalProperties':
                checks.append(self._additional(wanted, schema))
            elif keyword == 'if':
                checks.append(self._either(schema))
            elif keyword not in _SILENT:
                make = _CHECKS.get(keyword)
                checks.append(make(self, wanted) if make else _unsure)
        return functools.partial(_all, tuple(checks), self._computed)

    def _type(self, wanted: Any) -> Check:
        names = [wanted] if isinstance(wanted, str) else wanted
        taken: list[type] = []
        for name in names:
            kinds = _TYPES[name]
            taken.extend(kinds if isinstance(kinds, tuple) else (kinds,))
        # A bool is no int here: the type has to be the very same.
        return functools.partial(_is_of, frozenset(taken))

    def _properties(self, wanted: Any) -> Check:
        checks = {name: self._check_of(one) for name, one in wanted.items()}
        return functools.partial(_named_fit, checks)

    def _additional(self, wanted: Any, schema: Mapping[str, Any]) -> Check:
        if wanted is True:
            return _sure
        known = frozenset(schema.get('properties', ()))
        if wanted is False:
            return lambda value: (
                not isinstance(value, dict) or (known >= value.keys())
            )
        if known:
            return _unsure
        return functools.partial(_values_fit, self._check_of(wanted))

    def _either(self, schema: Mapping[str, Any]) -> Check:
        if 'then' in schema:
            return _unsure
        first = self._check_of(schema['if'])
        second = self._check_of(schema.get('else', {}))
        return lambda value: first(value) or second(value)

    def _items(self, wanted: Any) -> Check:
        return functools.partial(_items_fit, self._check_of(wanted))


def _required(_: Fitting, names: Any) -> Check:
    wanted = frozenset(names)
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def _enum(_: Fitting, known: Any) -> Check:
    return lambda value: isinstance(value, str) and value in known


def _pattern(_: Fitting, pattern: Any) -> Check:
    search = re.compile(pattern).search
    return lambda value: not isinstance(value, str) or bool(search(value))


def _minimum(_: Fitting, least: Any) -> Check:
    return lambda value: not isinstance(value, int | float) or value >= least


def _above(_: Fitting, least: Any) -> Check:
    return lambda value: not isinstance(value, int | float) or value > least


def _maximum(_: Fitting, most: Any) -> Check:
    return lambda value: not isinstance(value, int | float) or value <= most


def _min_length(_: Fitting, least: Any) -> Check:
    return lambda value: not isinstance(value, str) or len(value) >= least


def _max_length(_: Fitting, most: Any) -> Check:
    return lambda value: not isinstance(value, str) or len(value) <= most


def _min_items(_: Fitting, least: Any) -> Check:
    return lambda value: not isinstance(value, list) or len(value) >= least


_CHECKS: Mapping[str, Callable[[Fitting, Any], Check]] = {
    'type': Fitting._type,
    'properties': Fitting._properties,
    'items': Fitting._items,
    'required': _required,
    'enum': _enum,
    'pattern': _pattern,
    'minimum': _minimum,
    'exclusiveMinimum': _above,
    'maximum': _maximum,
    'minLength': _min_length,
    'maxLength': _max_length,
    'minItems': _min_items,
}


def _sure(_: Any) -> bool:
    return True


def _unsure(_: Any) -> bool:
    return False


def _all(checks: tuple[Check, ...], computed: bool, value: Any) -> bool:
    if computed and type(value) is dict and COMPUTED in value:
        return True
    return all(check(value) for check in checks)


def _is_of(kinds: frozenset[type], value: Any) -> bool:
    return type(value) in kinds


def _named_fit(checks: Mapping[str, Check], value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    return all(
        checks[name](one) for name, one in value.items() if name in checks
    )


def _values_fit(check: Check, value: Any) -> bool:
    return not isinstance(value, dict) or all(map(check, value.values()))


def _items_fit(check: Check, value: Any) -> bool:
    return not isinstance(value, list) or all(map(check, value))
