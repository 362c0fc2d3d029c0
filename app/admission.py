"""Whom an API that others reach lets in, as its options say."""

from pathlib import Path

from oslo_config import cfg

from trailmark.api import admission, guards, http_basic, policies
from trailmark.common import addresses, exceptions


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
    return admission.KnownUsers(users, policies.Policies(conf))
