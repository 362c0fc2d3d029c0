"""Whole numbers as texts, and how large those are that can be kept."""

import re

from trailmark.common import exceptions, problems

#: What every database keeps.
SMALLEST, LARGEST = -(2**63), 2**63 - 1
_DIGITS = re.compile('[0-9]+')
_MOST_DIGITS = 19


def identifier(said: str | int) -> int | None:
    """The id that a text may be, None for what is none."""
    if isinstance(said, str):
        if not _DIGITS.fullmatch(said) or len(said) > _MOST_DIGITS:
            return None
        said = int(said)
    return said if 0 <= said <= LARGEST else None


def refuse_beyond(said: str | int, field: str | None = None) -> None:
    """Raise InvalidInput for a number that is greater than any id."""
    is_number = isinstance(said, int) or _DIGITS.fullmatch(said)
    if is_number and identifier(said) is None:
        raise exceptions.InvalidInput(
            [problems.Problem(f'a number is at most {LARGEST}', field=field)]
        )
