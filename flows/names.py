"""Names as graphs write them: plain ones, and `/regex/` ones."""

import re
from collections.abc import Collection, Mapping
from typing import Any


def is_pattern(name: str) -> bool:
    """Whether a name is a `/regex/`."""
    return len(name) > 1 and name.startswith('/') and name.endswith('/')


def listed(value: Any) -> tuple[str, ...]:
    """The names of a field: one text is one name, what is no text is none."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple):
        return ()
    return tuple(name for name in value if isinstance(name, str))


def unwrapped(value: Any) -> Any:
    """A list of a single text as that text: `['*']` means `*`."""
    if isinstance(value, list | tuple) and len(value) == 1:
        return value[0] if isinstance(value[0], str) else value
    return value


def field(body: Mapping[str, Any], *spellings: str) -> list[Any]:
    """The items of a list that may be spelt in several ways."""
    found: list[Any] = []
    for spelling in spellings:
        value = body.get(spelling)
        if isinstance(value, list | tuple):
            found.extend(value)
        elif isinstance(value, str):
            found.append(value)
    return found


class Names:
    """Known names, found by a plain name or by a `/regex/` on their start."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._found: dict[str, tuple[str, ...]] = {}

    def find(self, name: str) -> tuple[str, ...]:
        """The known names that a name means, in their order.

        A `/regex/` that can't be compiled means none.
        """
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._match(name)
        return found

    def _match(self, name: str) -> tuple[str, ...]:
        if not is_pattern(name):
            return (name,) if name in self._known else ()
        try:
            pattern = re.compile(name[1:-1])
        except re.error:
            return ()
        return tuple(each for each in self._known if pattern.match(each))
