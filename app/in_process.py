"""An API that is asked in this process, as its own server would ask it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from _typeshed.wsgi import (
        StartResponse,
        WSGIApplication,
        WSGIEnvironment,
    )


class Transport(httpx.WSGITransport):
    """One whose application gets paths as the bytes that were sent.

    WSGI has them one character a byte; httpx gives it those that they mean,
    which fails beyond Latin-1 and is something else beyond ASCII.
    """

    def __init__(self, api: 'WSGIApplication') -> None:
        super().__init__(_Encoded(api))


class _Encoded:
    def __init__(self, api: 'WSGIApplication') -> None:
        self._api = api

    def __call__(
        self, environ: 'WSGIEnvironment', start_response: 'StartResponse'
    ) -> Iterable[bytes]:
        path = environ['PATH_INFO'].encode().decode('latin-1')
        return self._api({**environ, 'PATH_INFO': path}, start_response)
