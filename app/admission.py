"""Whom an API that others reach lets in, as its options say."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

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
        return _keystone_guard(conf)
    path = Path(said.http_basic_auth_user_file).expanduser()
    counted = tries.Tries(said.login_tries, said.login_seconds)
    users = http_basic.Users(path, said.admins, said.readers, counted)
    signed = tokens.Tokens(users, _secret(conf), said.token_seconds)
    return admission.KnownUsers(users, policies.Policies(conf), signed)


def before(api: 'WSGIApplication', conf: cfg.ConfigOpts) -> 'WSGIApplication':
    """What is asked first: Keystone's middleware, where it is configured."""
    if conf.api.auth_strategy != 'keystone':
        return api
    with _needing_keystone():
        from trailmark.api import keystone  # late: an optional extra
    return keystone.before(api, conf)


def _keystone_guard(conf: cfg.ConfigOpts) -> guards.Guard:
    with _needing_keystone():
        from trailmark.api import keystone  # late: an optional extra
    return keystone.Keystone(policies.Policies(conf))


@contextlib.contextmanager
def _needing_keystone() -> Iterator[None]:
    try:
        yield
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
