"""Microversions of the compute API: which is asked for, which there are."""

import re

from werkzeug import Request

from trailmark.api import calls
from trailmark.common import exceptions

#: All are of the form 2.N; these are the N.
LEAST, MOST = 1, 84
#: Nova: actions of servers that are deleted.
OF_DELETED = 21
#: Nova: flavors of servers are told, not referred to.
FLAVORS = 47
#: Nova: events for everybody, without tracebacks.
EVENTS_FOR_ALL = 51
#: Nova: pages, `changes-since` and `updated_at` of actions.
PAGES = 58
#: Nova: hosts of events.
HOSTS = 62
#: Nova: `changes-before`.
CHANGES_BEFORE = 66
#: Nova: details of events.
DETAILS = 84

_SERVICES = ('compute', 'nova')


def of(request: Request) -> int:
    """The N of the version 2.N that a request asks for, else the least.

    Raises InvalidInput, and VersionUnsupported for one there is not.
    """
    said = _said(request)
    if said is None:
        return LEAST
    if said == 'latest':
        return MOST
    match = re.fullmatch(r'([0-9]{1,4})\.([0-9]{1,4})', said)
    if match is None:
        raise calls.refused(
            f'{said[:40]!r} is no version: write 2.{LEAST} to 2.{MOST}, '
            'or latest',
            'OpenStack-API-Version',
        )
    major, minor = int(match[1]), int(match[2])
    if major != 2 or not LEAST <= minor <= MOST:
        raise exceptions.VersionUnsupported(
            version=said, least=text(LEAST), most=text(MOST)
        )
    return minor


def text(minor: int) -> str:
    """A version as it is written."""
    return f'2.{minor}'


def _said(request: Request) -> str | None:
    for part in request.headers.get('OpenStack-API-Version', '').split(','):
        service, _, version = part.strip().partition(' ')
        if service.lower() in _SERVICES and version:
            return version.strip().lower()
    old = request.headers.get('X-OpenStack-Nova-API-Version', '').strip()
    return old.lower() or None
