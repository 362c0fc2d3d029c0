"""Whole numbers as texts, and how large those are that can be kept."""

import re

from trailmark.common import exceptions, problems

#: What every database keeps.
SMALLEST, LARGEST = -(2**63), 2**63 - 1
_DIGITS = re.compile('[0-9]+')
_MOST_DIGITS = 19


def identifier(said: str | float) -> int | None:
    """The id that a text may be, None for what is none.

    JSON has whole numbers with a point, too.
    """
    if isinstance(said, str) and not _DIGITS.fullmatch(said):
        return None
    if isinstance(said, str) and len(said) > _MOST_DIGITS:
        return None
    number = int(said)
    return number if 0 <= number <= LARGEST else None


def refuse_beyond(said: str | float, field: str | None = None) -> None:
    """Raise InvalidInput for a number that is greater than any id."""
    is_number = not isinstance(said, str) or _DIGITS.fullmatch(said)
    if is_number and identifier(said) is None:
        raise exceptions.InvalidInput(
            [problems.Problem(f'a number is at most {LARGEST}', field=field)]
        )
