"""The API at an endpoint, asked over HTTP."""

import netrc
import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from trailmark.cli import connection, events, strangers
from trailmark.common import exceptions

if TYPE_CHECKING:
    from trailmark.cli import keystone

#: Seconds for a connection, and for any answer: plans of large graphs last.
_TIMEOUT = httpx.Timeout(300.0, connect=10.0)


class Http:
    """A Connection to an API that hands runs over to engines.

    Raises ConfigurationRefused where the endpoint is no URL, or a file of
    options or certificates can't be read.
    """

    hands_over = True
    #: Like a run of this machine, whoever drives it.
    stops = True

    def __init__(self, options: connection.Options) -> None:
        for path in options.config_files:
            _check_file(path)
        user = _of_keystone(options) if options.keystone else None
        endpoint = options.endpoint
        if endpoint is None and user is not None:
            endpoint = user.endpoint()
        url = _url(endpoint or '')
        self.client: httpx.Client = _Client(
            base_url=url,
            auth=user or _credentials(options, url),
            timeout=_TIMEOUT,
            # Certificates are slow to read.
            verify=url.scheme == 'https' and _trusted(options.cacert),
        )

    def events(self, run: int, after: int) -> connection.Events:
        """What happens in a run after a transition, as it is told."""
        return events.Listener(self.client, run, after)

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """True: this process drives nothing."""
        return True

    def failure(self, run: int) -> Exception | None:
        """None: this process drives nothing."""
        return None

    def close(self) -> None:
        """Close its connections."""
        self.client.close()


class _Client(httpx.Client):
    """One whose errors are those of Trailmark."""

    def request(self, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            answer = super().request(*arguments, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise strangers.error_of(self.base_url, error) from error
        strangers.check(self.base_url, answer)
        return answer


def connect(options: connection.Options) -> connection.Connection:
    """A connection for the command line."""
    return Http(options)


def _of_keystone(options: connection.Options) -> 'keystone.User':
    try:
        from trailmark.cli import keystone  # late: an optional extra
    except ModuleNotFoundError as error:
        raise exceptions.ConfigurationRefused(
            reason=f'Keystone needs {error.name}: pip install '
            'trailmark[keystone]'
        ) from error
    return keystone.User(options.cloud)


def _check_file(path: str) -> None:
    """Options of a file say nothing to an endpoint; a wrong name does."""
    try:
        Path(path).expanduser().open().close()
    except OSError as error:
        raise exceptions.ConfigurationRefused(
            reason=f'{path}: {error.strerror}'
        ) from error


def _trusted(cacert: str | None) -> ssl.SSLContext | bool:
    if cacert is None:
        return True
    try:
        return ssl.create_default_context(cafile=Path(cacert).expanduser())
    except OSError as error:
        raise exceptions.ConfigurationRefused(
            reason=f'--cacert {cacert}: {error.strerror or error}'
        ) from error


def _url(said: str) -> httpx.URL:
    try:
        url = httpx.URL(said)
    except httpx.InvalidURL as error:
        raise _refused(str(error)) from error
    if url.scheme not in ('http', 'https') or not url.host:
        raise _refused('say http://HOST:PORT or https://HOST:PORT')
    if url.userinfo:
        raise _refused('the user is named by --user, not in the URL')
    return url


def _refused(reason: str) -> exceptions.ConfigurationRefused:
    return exceptions.ConfigurationRefused(reason=f'--endpoint: {reason}')


def _credentials(
    options: connection.Options, url: httpx.URL
) -> tuple[str, str] | None:
    """Name and password: what was said, else of netrc; None without any."""
    if options.user is not None and options.password is not None:
        return options.user, options.password
    user, password = _from_netrc(url.host) or (None, None)
    if options.user is None and user is not None:
        return user, password or ''
    if options.user is None:
        return None
    if user == options.user:
        return options.user, password or ''
    raise exceptions.ConfigurationRefused(
        reason=f'user {options.user} has no password: set TRAILMARK_PASSWORD'
    )


def _from_netrc(host: str) -> tuple[str, str | None] | None:
    path = Path(os.environ.get('NETRC') or '~/.netrc').expanduser()
    if not path.exists():
        return None
    try:
        found = netrc.netrc(path).authenticators(host)
    except (OSError, netrc.NetrcParseError) as error:
        raise exceptions.ConfigurationRefused(
            reason=f'{path}: {error}'
        ) from error
    return None if found is None else (found[0], found[2])
