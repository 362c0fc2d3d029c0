"""Pages of lists, as Nova has them."""

from trailmark.api import calls, lists
from trailmark.api.openapi import queries


def limit(call: calls.Call, usual: int = queries.LARGEST_PAGE) -> int:
    """How many entries a page has, from 0 up; more than 1000 are 1000."""
    said = call.page_size()
    return usual if said is None else said


def following(call: calls.Call, marker: object) -> list[dict[str, str]]:
    """The link to the entries after a marker."""
    return [{'rel': 'next', 'href': lists.following(call, marker)}]
