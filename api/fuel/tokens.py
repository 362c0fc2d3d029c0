"""Tokens as Fuel's clients ask for them: Keystone's API, version 2.0."""

import datetime
from typing import Any

from werkzeug import exceptions as http

from trailmark.api import calls, guards


def create(call: calls.Call) -> calls.Answer:
    """A token of who has this name and password; it is of every tenant.

    Who asks with a token gets it back: it lasts no longer for that.
    Raises Unauthenticated, TriesExceeded, InvalidInput; 404 where nobody
    needs a token.
    """
    issuer = call.context.guard.tokens
    if issuer is None:
        raise http.NotFound('there are no tokens: nobody needs one here')
    auth = call.body['auth']
    if 'token' in auth:
        token = issuer.read(auth['token']['id'])
    else:
        said = auth['passwordCredentials']
        token = issuer.issue(
            said['username'],
            said['password'],
            guards.address_of(call.request),
        )
    tenant = auth.get('tenantName') or auth.get('tenantId') or 'admin'
    return calls.Answer({'access': _access(token, tenant)})


def _access(token: guards.Token, tenant: str) -> dict[str, Any]:
    user = token.caller.user
    return {
        'token': {
            'id': token.text,
            'issued_at': _moment(token.issued_at),
            'expires': _moment(token.expires_at),
            'tenant': {'id': tenant, 'name': tenant, 'enabled': True},
        },
        'user': {
            'id': user,
            'name': user,
            'username': user,
            'roles': [{'name': role} for role in token.caller.roles],
            'roles_links': [],
        },
        'serviceCatalog': [],
        'metadata': {'is_admin': 0, 'roles': list(token.caller.roles)},
    }


def _moment(when: datetime.datetime) -> str:
    """As Keystone writes it."""
    return when.strftime('%Y-%m-%dT%H:%M:%SZ')
