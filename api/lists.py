"""Bare lists: a page with a link to the next one, or all of it, streamed."""

import itertools
import json
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from trailmark.api import calls
from trailmark.api.openapi import queries

Part = TypeVar('Part')
Entries = Sequence[Mapping[str, Any]]
#: The entries after a marker, None for the first ones, at most so many.
Fetch = Callable[[int | None, int], Entries]


def answer(
    call: calls.Call,
    fetch: Fetch,
    size: int = queries.LARGEST_PAGE,
    key: str = 'id',
) -> calls.Answer:
    """A page if a limit is said; else every entry, `size` of them at a time.

    `key` is what of an entry is the marker of what comes after it.
    """
    limit, marker = call.page_size(), call.number('marker')
    if limit is None:
        return calls.Answer(
            parts=array(begun(pages(fetch, size, marker, key)))
        )
    return page(call, fetch(marker, limit), limit, key)


def page(
    call: calls.Call, entries: Entries, limit: int, key: str = 'id'
) -> calls.Answer:
    """These; if there are as many as may be, with a link to more."""
    headers = {}
    if entries and len(entries) == limit:
        headers['Link'] = f'<{following(call, entries[-1][key])}>; rel="next"'
    return calls.Answer(list(entries), headers=headers)


def following(call: calls.Call, marker: object) -> str:
    """The URL of the entries after a marker."""
    query = call.request.args.copy()
    query.setlist('marker', [str(marker)])
    more = urllib.parse.urlencode(list(query.items(multi=True)))
    return f'{call.request.base_url}?{more}'


def pages(
    fetch: Fetch, size: int, marker: int | None = None, key: str = 'id'
) -> Iterator[Entries]:
    """Page after page, until one is not full."""
    while entries := fetch(marker, size):
        yield entries
        if len(entries) < size:
            return
        marker = entries[-1][key]


def begun(parts: Iterator[Part]) -> Iterator[Part]:
    """The same, the first of them made at once: its errors have a status."""
    return itertools.chain([*itertools.islice(parts, 1)], parts)


def array(found: Iterable[Entries]) -> Iterator[bytes]:
    """The text of a JSON array, a page at a time."""
    between = ''
    yield b'['
    for entries in filter(None, found):
        yield f'{between}{",".join(map(_encode, entries))}'.encode()
        between = ','
    yield b']'


def _encode(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(',', ':'))
