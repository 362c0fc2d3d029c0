"""The Guard of an API behind Keystone, whose middleware checks tokens."""

from typing import TYPE_CHECKING, Any

from keystonemiddleware import auth_token
from oslo_config import cfg
from werkzeug import Request

from trailmark.api import guards, policies
from trailmark.common import exceptions

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_CONFIRMED = 'Confirmed'
_CHECKED = 'keystone.token_auth'


class Keystone:
    """For users of Keystone, in the project that their token is of.

    Who may see every project is said by the rule `projects:all`.
    """

    auth_required = True
    tokens: guards.Issuer | None = None
    #: The middleware says where Keystone is.
    challenge: str | None = None

    def __init__(self, rules: policies.Policies) -> None:
        self._rules = rules

    def admit(self, request: Request, rule: str | None) -> guards.Caller:
        """The user. Raises Unauthenticated, Forbidden, ProjectMissing."""
        if rule in guards.PUBLIC:
            return guards.Caller('anonymous', sees_all=False)
        said = request.headers
        # Nobody but the middleware puts this there.
        is_checked = _CHECKED in request.environ
        if not is_checked or said.get('X-Identity-Status') != _CONFIRMED:
            raise exceptions.Unauthenticated()
        found = guards.Caller(
            user=said.get('X-User-Name') or said.get('X-User-Id') or '',
            roles=tuple(filter(None, said.get('X-Roles', '').split(','))),
            project=said.get('X-Project-Id') or None,
            sees_all=False,
            system=said.get('OpenStack-System-Scope') or None,
        )
        caller = self._rules.seeing(found)
        if caller.project is None and not caller.sees_all:
            raise exceptions.ProjectMissing(user=caller.user)
        if rule is not None:
            self._rules.check(caller, rule)
        return caller

    def may(self, caller: guards.Caller, rule: str) -> bool:
        """What the rules say."""
        return self._rules.may(caller, rule)


def before(api: 'WSGIApplication', conf: cfg.ConfigOpts) -> 'WSGIApplication':
    """An application behind the middleware of [keystone_authtoken].

    Requests without a token get through: some are public.
    """
    said: dict[str, Any] = {
        'oslo_config_config': conf,
        'delay_auth_decision': True,
    }
    made: WSGIApplication = auth_token.AuthProtocol(api, said)
    return made
