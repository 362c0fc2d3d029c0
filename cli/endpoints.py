"""Which API is asked, and as whom: options, then the environment."""

import argparse
import itertools
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from trailmark.cli import connection
from trailmark.common import exceptions

#: Option -> variables that say the same, the first one that is set.
_VARIABLES = {
    'endpoint': ('TRAILMARK_ENDPOINT',),
    'user': ('TRAILMARK_USER', 'TRAILMARK_USERNAME'),
    'password': ('TRAILMARK_PASSWORD',),
    'password_file': ('TRAILMARK_PASSWORD_FILE',),
    'cacert': ('TRAILMARK_CACERT',),
    'auth_type': ('TRAILMARK_AUTH_TYPE',),
    'os_cloud': ('OS_CLOUD',),
}
_KEYSTONE = 'keystone'
_TYPES = ('http_basic', _KEYSTONE)
_SEEN = (
    'warning: others on this machine can see --password in the list of '
    'processes: use --password-file, TRAILMARK_PASSWORD or ~/.netrc\n'
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where is asked, as whom, and how that is known."""
    _add_place(parser)
    _add_user(parser)
    parser.add_argument(
        '--auth-type',
        choices=_TYPES,
        default=_environment('auth_type'),
        help='How the API knows who asks; by default TRAILMARK_AUTH_TYPE. '
        'For keystone it is as the environment (OS_...) or --os-cloud says.',
    )
    parser.add_argument(
        '--os-cloud',
        metavar='NAME',
        help='Cloud of clouds.yaml, whose Keystone says who asks and, '
        'without --endpoint, where; with --auth-type keystone by default '
        'OS_CLOUD.',
    )


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--endpoint',
        metavar='URL',
        default=_environment('endpoint'),
        help='Ask the API there, like http://host:8000, instead of working '
        'on this machine; by default TRAILMARK_ENDPOINT.',
    )
    parser.add_argument(
        '--cacert',
        metavar='FILE',
        default=_environment('cacert'),
        help='Certificates that those of an https endpoint are checked '
        'against; by default TRAILMARK_CACERT, else those of the system.',
    )


#: Another name of --user in `audit list`; elsewhere it names who asks.
APART = '--asked-by'


def _add_user(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--user',
        metavar='NAME',
        default=_environment('user'),
        help='Who asks there; by default TRAILMARK_USER, else what ~/.netrc '
        'says of the host.',
    )
    passwords = parser.add_mutually_exclusive_group()
    passwords.add_argument(
        '--password',
        metavar='PASSWORD',
        help='The password of the user; others on this machine may see it, '
        'in TRAILMARK_PASSWORD and ~/.netrc they do not.',
    )
    passwords.add_argument(
        '--password-file',
        metavar='FILE',
        help='File whose first line is the password; by default '
        'TRAILMARK_PASSWORD_FILE.',
    )


def told_apart(argv: Sequence[str]) -> list[str]:
    """A command line whose --user is that of the audit, if it lists that."""
    words = list(argv)
    for at, pair in enumerate(itertools.pairwise(words)):
        if pair == ('audit', 'list'):
            behind = (
                APART + word.removeprefix('--user')
                if word.partition('=')[0] == '--user'
                else word
                for word in words[at + 2 :]
            )
            return [*words[: at + 2], *behind]
    return words


def options(said: argparse.Namespace) -> connection.Options:
    """How to connect, as these options say.

    Raises ConfigurationRefused for a file of a password that can't be read.
    """
    if said.auth_type not in (None, *_TYPES):
        raise exceptions.ConfigurationRefused(
            reason=f'TRAILMARK_AUTH_TYPE is none of {", ".join(_TYPES)}'
        )
    keystone = said.os_cloud is not None or said.auth_type == _KEYSTONE
    basic = said.endpoint is not None and not keystone
    return connection.Options(
        config_files=tuple(said.config_files),
        endpoint=said.endpoint,
        user=said.user,
        password=_password(said) if basic else None,
        cacert=said.cacert,
        keystone=keystone,
        cloud=said.os_cloud or _environment('os_cloud'),
    )


def _password(said: argparse.Namespace) -> str | None:
    if said.password is not None:
        sys.stderr.write(_SEEN)
        return str(said.password)
    if said.password_file is not None:
        return _first_line(said.password_file)
    password = _environment('password')
    file = _environment('password_file')
    if password is None and file is not None:
        return _first_line(file)
    return password


def _first_line(path: str) -> str:
    try:
        return Path(path).expanduser().read_text().partition('\n')[0]
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, 'strerror', None) or 'it is no text'
        raise exceptions.ConfigurationRefused(
            reason=f'{path}: {reason}'
        ) from error


def _environment(option: str) -> str | None:
    said = (os.environ.get(name) for name in _VARIABLES[option])
    return next(filter(None, said), None)
