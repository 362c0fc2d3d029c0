"""The Guards of an API that others reach: what is let in, and as whom."""

import urllib.parse

from werkzeug import Request

from trailmark.api import guards, http_basic, policies
from trailmark.api import tokens as signed
from trailmark.common import addresses, exceptions

#: Who asks where nobody says so.
ANONYMOUS = 'anonymous'


class Anybody:
    """For one machine: every request may do everything.

    Only what was sent to a loopback address under a loopback name is let
    in, so that no page in a browser reaches it under a name of its own.
    """

    auth_required = False
    tokens: guards.Issuer | None = None
    challenge: str | None = None

    def admit(self, request: Request, rule: str | None) -> guards.Caller:
        """Somebody. Raises ForeignOrigin."""
        host = _host_of(f'//{request.host}')
        if not addresses.is_loopback(host):
            raise exceptions.ForeignOrigin(origin=host or 'nowhere')
        _refuse_foreign(request)
        return guards.Caller(ANONYMOUS)

    def may(self, caller: guards.Caller, rule: str) -> bool:
        """Everything."""
        return True


class KnownUsers:
    """For users who have a password, and may do what rules say.

    A token of theirs in X-Auth-Token does as well.
    """

    auth_required = True
    challenge: str | None = 'Basic realm="trailmark"'

    def __init__(
        self,
        users: http_basic.Users,
        rules: policies.Policies,
        tokens: signed.Tokens,
    ) -> None:
        self._users, self._rules, self._tokens = users, rules, tokens
        self.tokens: guards.Issuer | None = tokens

    def admit(self, request: Request, rule: str | None) -> guards.Caller:
        """The user.

        Raises Unauthenticated, TriesExceeded, Forbidden, ForeignOrigin.
        """
        if rule in guards.PUBLIC:
            return guards.Caller(ANONYMOUS)
        _refuse_foreign(request)
        caller = self._caller(request)
        if rule is not None:
            self._rules.check(caller, rule)
        return caller

    def may(self, caller: guards.Caller, rule: str) -> bool:
        """What the rules say."""
        return self._rules.may(caller, rule)

    def _caller(self, request: Request) -> guards.Caller:
        token = request.headers.get('X-Auth-Token')
        if token:
            return self._tokens.read(token).caller
        said = request.authorization
        if said is None or said.type != 'basic' or not said.username:
            raise exceptions.Unauthenticated()
        return self._users.caller(
            said.username, said.password or '', guards.address_of(request)
        )


def _refuse_foreign(request: Request) -> None:
    """A browser sends passwords along, whatever page makes it ask."""
    origin = request.headers.get('Origin')
    if origin is None:
        return
    if urllib.parse.urlsplit(origin).netloc.lower() != request.host.lower():
        raise exceptions.ForeignOrigin(origin=origin[:200])


def _host_of(url: str) -> str:
    try:
        return urllib.parse.urlsplit(url).hostname or ''
    except ValueError:
        return ''
