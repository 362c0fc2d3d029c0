"""Contract records as JSON data, and back with every field checked."""

from typing import Any, TypeVar

import msgspec

from trailmark.common import exceptions

_Record = TypeVar('_Record')


def dump(record: Any) -> Any:
    """A record of messaging.contracts, or a list of them, as JSON data."""
    return msgspec.to_builtins(record)


def load(data: Any, kind: type[_Record]) -> _Record:
    """The record of this kind that `dump` made the data of.

    Fields that this version doesn't know are passed over: a newer one may
    have sent them. Raises MessageRefused.
    """
    try:
        return msgspec.convert(data, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise exceptions.MessageRefused(reason=error) from error
