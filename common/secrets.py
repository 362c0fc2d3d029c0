"""Hiding what must not be read: secret parameters and passwords in URLs."""

import functools
import json
import re
import shlex
import urllib.parse
from collections.abc import Iterable
from typing import Any

MASK = '***'
#: Lines of a secret that are secret by themselves: those of keys.
_LONG_LINE = 16
#: Also a password with an `@` or a `/`, but not `host:port/path@version`.
_PASSWORD_IN_URL = re.compile(
    r'(?<=://)([^/\s:@]*):(?!\d{1,5}/)\S{1,512}(?=@)'
)


def mask_urls(text: str) -> str:
    """The text with the passwords of its URLs replaced."""
    return _PASSWORD_IN_URL.sub(rf'\1:{MASK}', text)


def mask_text(text: str, values: Iterable[str]) -> str:
    """The text with secret values and passwords of URLs replaced.

    Also as JSON, the shell and URLs spell them, and long lines of values
    that have several.
    """
    spellings = {each for value in values for each in _spellings(value)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return mask_urls(text)


@functools.lru_cache(maxsize=256)
def _spellings(value: str) -> tuple[str, ...]:
    """How a secret may stand in a text; nothing for an empty one."""
    if value.isalnum():
        return (value,)
    lines = [each.strip() for each in value.splitlines()]
    return tuple(
        {
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            shlex.quote(value) if "'" in value else value,
            urllib.parse.quote(value, safe=''),
            *(each for each in lines if len(each) >= _LONG_LINE),
        }
        - {''}
    )


def mask_data(data: Any, values: Iterable[str], numbers: bool = False) -> Any:
    """A JSON value with secrets replaced in every string, keys included.

    With `numbers`, also numbers that are a secret as a whole.
    """
    known = tuple(values)
    if isinstance(data, str):
        return mask_text(data, known)
    if isinstance(data, dict):
        return {
            mask_data(key, known): mask_data(value, known, numbers)
            for key, value in data.items()
        }
    if isinstance(data, list | tuple):
        return [mask_data(value, known, numbers) for value in data]
    is_number = isinstance(data, int | float) and not isinstance(data, bool)
    return MASK if numbers and is_number and str(data) in known else data
