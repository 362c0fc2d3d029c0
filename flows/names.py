"""Names as graphs write them: plain ones, and `/regex/` ones."""

from collections.abc import Collection, Mapping
from typing import Any

from trailmark.common import exceptions, problems
from trailmark.flows import patterns

#: Steps that the expressions of one graph may take on all names: the sizes
#: of the expressions by the characters of the names.
MOST_STEPS = 1_000_000_000
#: Names that expressions of one graph may find, each as often as it is found.
MOST_FOUND = 1_000_000


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
        self._characters = sum(map(len, known)) + len(known)
        self._steps = self._given = 0

    def find(self, name: str) -> tuple[str, ...]:
        """The known names that a name means, in their order.

        A `/regex/` that can't be compiled means none. Raises InvalidInput
        when all of them would take too long, or find too much.
        """
        if not is_pattern(name):
            return (name,) if name in self._known else ()
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._match(name)
        self._given += len(found)
        if self._given > MOST_FOUND:
            raise _excess(f'find names more than {MOST_FOUND} times', name)
        return found

    def _match(self, name: str) -> tuple[str, ...]:
        try:
            pattern = patterns.Pattern(name[1:-1])
        except patterns.Refused:
            return ()
        self._steps += pattern.size * self._characters
        if self._steps > MOST_STEPS:
            raise _excess('are too many for so many names', name)
        return tuple(filter(pattern.begins, self._known))


def _excess(said: str, last: str) -> exceptions.InvalidInput:
    message = f'the regular expressions {said}, the last is {last}'
    return exceptions.InvalidInput([problems.Problem(message)])
