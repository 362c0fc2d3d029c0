"""Filling in the parameters of a task."""

import string
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.flows import schema

#: The value of a mapping's key of this name is never touched.
_UNTOUCHED = 'regex'


def render(
    parameters: Mapping[str, Any], context: Mapping[str, Any]
) -> dict[str, Any]:
    """The parameters with `{CLUSTER_ID}` and the like replaced.

    A text with other braces stays as it is; so do computed values.
    """
    return {
        key: value if key == _UNTOUCHED else _render(value, context)
        for key, value in parameters.items()
    }


def secret_values(
    body: Mapping[str, Any], parameters: Mapping[str, Any]
) -> tuple[str, ...]:
    """Texts of the parameters that the task's `secrets` name.

    A name may go into mappings with dots: `auth.password`.
    """
    texts: list[str] = []
    for name in body.get('secrets') or ():
        value: Any = parameters
        for part in [name] if name in parameters else name.split('.'):
            value = value.get(part) if isinstance(value, Mapping) else None
        texts.extend(_texts(value))
    return tuple(dict.fromkeys(texts))


def _render(value: Any, context: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return _formatted(value, context) if '{' in value else value
    if isinstance(value, list):
        return [_render(one, context) for one in value]
    if isinstance(value, Mapping) and not schema.is_computed(value):
        return render(value, context)
    return value


class _Formatter(string.Formatter):
    """str.format without attributes of objects and without paddings.

    Graphs come from people who may not read the server's memory or fill it.
    """

    def get_field(
        self, field_name: str, args: Any, kwargs: Any
    ) -> tuple[Any, str]:
        first, *rest = field_name.replace(']', '').replace('[', '.').split('.')
        value = kwargs[first]
        for key in rest:
            value = value[key]
        return value, first

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            raise ValueError(format_spec)
        return str(value)


_FORMATTER = _Formatter()


def _formatted(text: str, context: Mapping[str, Any]) -> str:
    try:
        parts = list(_FORMATTER.parse(text))
        if all(name is None for _, name, _, _ in parts):
            return text
        return _FORMATTER.vformat(text, (), context)
    except (ValueError, LookupError, TypeError):
        return text


def _texts(value: Any) -> Iterator[str]:
    """Texts of all scalars of a JSON value."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif value is not None and not isinstance(value, bool) and value != '':
        yield str(value)
