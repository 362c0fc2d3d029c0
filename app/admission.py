"""Whom an API that others reach lets in, as its options say."""

import secrets
from pathlib import Path

from oslo_config import cfg

from trailmark.api import admission, guards, http_basic, policies, tokens
from trailmark.common import addresses, exceptions

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
                'everything: set http_basic'
            )
        return admission.Anybody()
    path = Path(said.http_basic_auth_user_file).expanduser()
    users = http_basic.Users(path, said.admins, said.readers)
    signed = tokens.Tokens(users, _secret(conf), said.token_seconds)
    return admission.KnownUsers(users, policies.Policies(conf), signed)


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
