"""Names that are one slip of the keyboard away from each other."""

from collections.abc import Iterable


def likely(word: str, known: Iterable[str]) -> str | None:
    """The first known name that `word` may have been meant for, or None."""
    plain = _plain(word)
    for name in known:
        if name != word and _one_edit(plain, _plain(name)):
            return name
    return None


def hint(word: str, known: Iterable[str]) -> str:
    """`; did you mean x?`, or nothing when no known name is near."""
    name = likely(word, known)
    return f'; did you mean {name}?' if name is not None else ''


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
