"""Hiding what must not be read: secret parameters and passwords in URLs."""

import re
from collections.abc import Iterable
from typing import Any

MASK = '***'
#: Also a password with an `@` or a `/`, but not `host:port/path@version`.
_PASSWORD_IN_URL = re.compile(
    r'(?<=://)([^/\s:@]*):(?!\d{1,5}/)\S{1,512}(?=@)'
)


def mask_urls(text: str) -> str:
    """The text with the passwords of its URLs replaced."""
    return _PASSWORD_IN_URL.sub(rf'\1:{MASK}', text)


def mask_text(text: str, values: Iterable[str]) -> str:
    """The text with secret values and passwords of URLs replaced."""
    for value in sorted(values, key=len, reverse=True):
        if value:
            text = text.replace(value, MASK)
    return mask_urls(text)


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
