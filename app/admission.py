"""Whom an API that others reach lets in, as its options say."""

import pkgutil
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oslo_config import cfg

from trailmark.api import (
    admission,
    guards,
    http_basic,
    policies,
    tokens,
    tries,
)
from trailmark.common import addresses, exceptions

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Characters.
_SHORTEST_SECRET = 32


def guard(conf: cfg.ConfigOpts, host: str) -> guards.Guard:
    """The guard of an API that listens on `host`.

    Raises ConfigurationRefused, also where everybody would be let in from
    other machines.
    """
    said = conf.api
    if said.auth_strategy == 'noauth':
        if not addresses.is_loopback(host):
            raise exceptions.ConfigurationRefused(
                reason=f'{host} is no loopback address, and with [api] '
                'auth_strategy = noauth everybody who reaches it may do '
                'everything: set http_basic or keystone'
            )
        return admission.Anybody()
    if said.auth_strategy == 'keystone':
        # By name: who has no Keystone needs none of its code.
        make = _resolved('trailmark.api.keystone:Keystone')
        keystone: guards.Guard = make(policies.Policies(conf))
        return keystone
    path = Path(said.http_basic_auth_user_file).expanduser()
    counted = tries.Tries(said.login_tries, said.login_seconds)
    users = http_basic.Users(path, said.admins, said.readers, counted)
    signed = tokens.Tokens(users, _secret(conf), said.token_seconds)
    return admission.KnownUsers(users, policies.Policies(conf), signed)


def before(api: 'WSGIApplication', conf: cfg.ConfigOpts) -> 'WSGIApplication':
    """What is asked first: Keystone's middleware, where it is configured."""
    if conf.api.auth_strategy != 'keystone':
        return api
    put = _resolved('trailmark.api.keystone:before')
    behind: WSGIApplication = put(api, conf)
    return behind


def _resolved(name: str) -> Any:
    try:
        return pkgutil.resolve_name(name)
    except ModuleNotFoundError as error:
        raise exceptions.ConfigurationRefused(
            reason=f'[api] auth_strategy = keystone needs {error.name}: '
            'pip install trailmark[keystone]'
        ) from error


def _secret(conf: cfg.ConfigOpts) -> bytes:
    """What tokens are signed by; raises ConfigurationRefused."""
    said = conf.api.token_secret
    if said is None:
        return secrets.token_bytes(_SHORTEST_SECRET)
    if len(said) < _SHORTEST_SECRET:
        raise exceptions.ConfigurationRefused(
            reason='[api] token_secret is shorter than '
            f'{_SHORTEST_SECRET} characters'
        )
    return bytes(said.encode())
