"""Parameters of lists, as strict as Nova is with them."""

import urllib.parse
from collections.abc import Collection

from trailmark.api import calls


def check(call: calls.Call, known: Collection[str]) -> None:
    """Raises InvalidInput for parameters that there are not."""
    unknown = sorted(set(call.request.args) - set(known))
    if unknown:
        raise calls.refused(
            f'there is no parameter {", ".join(unknown)}; '
            f'there are: {", ".join(known)}'
        )


def single(call: calls.Call, name: str) -> str | None:
    """A parameter that stands there once at most; raises InvalidInput."""
    said = call.request.args.getlist(name)
    if len(said) > 1:
        raise calls.refused('say it once', name)
    return said[0] if said else None


def limit(call: calls.Call, usual: int = calls.LARGEST_PAGE) -> int:
    """How many entries a page has, from 0 up; raises InvalidInput."""
    said = calls.whole_number(single(call, 'limit'), 'limit')
    return usual if said is None else min(said, calls.LARGEST_PAGE)


def moment(call: calls.Call, name: str) -> int | None:
    """A time that stands there once at most; raises InvalidInput."""
    single(call, name)
    return call.moment(name)


def following(call: calls.Call, marker: object) -> list[dict[str, str]]:
    """The link to the entries after a marker."""
    query = call.request.args.copy()
    query.setlist('marker', [str(marker)])
    more = urllib.parse.urlencode(list(query.items(multi=True)))
    return [{'rel': 'next', 'href': f'{call.request.base_url}?{more}'}]
