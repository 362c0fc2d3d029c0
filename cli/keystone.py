"""A user of Keystone, as clouds.yaml or the environment names it."""

import contextlib
from collections.abc import Generator, Iterator
from typing import Any

import httpx
from keystoneauth1 import exceptions as keystone
from openstack import config
from openstack import exceptions as openstack

from trailmark.common import exceptions

SERVICE_TYPE = 'trailmark'


class User(httpx.Auth):
    """Puts a token on requests, and a new one where the old one is over.

    Raises ConfigurationRefused where nothing says which Keystone it is.
    """

    def __init__(self, cloud: str | None) -> None:
        try:
            self._region = config.OpenStackConfig().get_one(cloud=cloud)
            self._session: Any = self._region.get_session()
        except (openstack.ConfigException, keystone.ClientException) as error:
            raise exceptions.ConfigurationRefused(reason=error) from error

    def endpoint(self) -> str:
        """Where the catalog has the API.

        Raises KeystoneRefused, KeystoneUnreachable.
        """
        with _translated():
            found = self._region.get_session_endpoint(SERVICE_TYPE)
        if not found:
            raise exceptions.KeystoneRefused(
                reason=f'its catalog has no service of type {SERVICE_TYPE}: '
                'say --endpoint'
            )
        return str(found)

    def auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response]:
        """The request with a token; again with another one after a 401."""
        request.headers['X-Auth-Token'] = self._token()
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._session.invalidate()
            request.headers['X-Auth-Token'] = self._token()
            yield request

    def _token(self) -> str:
        with _translated():
            return str(self._session.get_token())


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (keystone.ConnectFailure, keystone.DiscoveryFailure) as error:
        raise exceptions.KeystoneUnreachable(reason=error) from error
    except keystone.ClientException as error:
        raise exceptions.KeystoneRefused(reason=error) from error
