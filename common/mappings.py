"""Mappings in one another."""

from collections.abc import Mapping
from typing import Any


def updated(
    lower: Mapping[str, Any], upper: Mapping[str, Any]
) -> dict[str, Any]:
    """The lower mapping with the values of the upper, at every depth."""
    result = dict(lower)
    for key, value in upper.items():
        before = result.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            result[key] = updated(before, value)
        else:
            result[key] = value
    return result
