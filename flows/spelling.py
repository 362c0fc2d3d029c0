"""Names that are one slip of the keyboard away from each other."""

import itertools
from collections.abc import Iterable

#: Words that are looked up in one place, and names that each is compared
#: with: the cost is their product.
_MOST_WORDS, _MOST_KNOWN = 200, 20_000


def likely(word: str, known: Iterable[str]) -> str | None:
    """The first known name that `word` may have been meant for, or None."""
    plain = _plain(word)
    for name in itertools.islice(known, _MOST_KNOWN):
        if name != word and _one_edit(plain, _plain(name)):
            return name
    return None


def hint(word: str, known: Iterable[str]) -> str:
    """`; did you mean x?`, or nothing when no known name is near."""
    name = likely(word, known)
    return f'; did you mean {name}?' if name is not None else ''


class Hints:
    """The same for many words, of which the first are looked up."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known, self._left = known, _MOST_WORDS

    def likely(self, word: str) -> str | None:
        """A known name, or None."""
        self._left -= 1
        return likely(word, self._known) if self._left >= 0 else None

    def hint(self, word: str) -> str:
        """A hint, or nothing."""
        self._left -= 1
        return hint(word, self._known) if self._left >= 0 else ''


def _plain(word: str) -> str:
    return word.lower().replace('_', '-')


def _one_edit(left: str, right: str) -> bool:
    """Equal, or one letter added, dropped, replaced, or two swapped."""
    if abs(len(left) - len(right)) > 1 or min(len(left), len(right)) < 3:
        return left == right
    start = 0
    shorter = min(len(left), len(right))
    while start < shorter and left[start] == right[start]:
        start += 1
    left, right = left[start:], right[start:]
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return left[:2] == right[1::-1] and left[2:] == right[2:]
