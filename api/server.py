"""The API over HTTP: a threaded server, and what stands before the views."""

import importlib.metadata
import logging
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import webob.exc
from cheroot import wsgi
from oslo_config import cfg
from oslo_middleware import http_proxy_to_wsgi, request_id, sizelimit
from werkzeug import Request, Response

from trailmark.api import application, framing, intake
from trailmark.api.openapi import bodies
from trailmark.common import descriptors, exceptions, versions

if TYPE_CHECKING:
    from _typeshed.wsgi import (
        StartResponse,
        WSGIApplication,
        WSGIEnvironment,
    )

LOG = logging.getLogger(__name__)
#: Connections that wait for a thread.
_BACKLOG = 128
#: Seconds for which requests may end that are being answered.
_ENDING = 5


class _Server(wsgi.Server):
    """One whose threads get whole requests, and that logs what goes wrong."""

    ConnectionClass = intake.Connection
    max_request_header_size = framing.LARGEST_HEAD

    def __init__(self, conf: cfg.ConfigOpts, api: 'WSGIApplication') -> None:
        said = conf.api
        super().__init__(
            (said.host, said.port),
            api,
            # One is left to say that it lives.
            numthreads=said.threads + 1,
            server_name='trailmark',
            request_queue_size=_BACKLOG,
            shutdown_timeout=_ENDING,
        )
        self.software = 'trailmark'
        self.request_seconds = said.request_seconds
        most = min(said.connections, descriptors.most() // 3)
        share = min(said.address_connections, most)
        self._limits = most, share, said.threads
        self._connections: Any = None

    def prepare(self) -> None:
        """Listen. Raises OSError."""
        super().prepare()
        self._connections.close()
        self._connections = intake.Intake(self, *self._limits)

    def error_log(
        self, msg: str = '', level: int = logging.INFO, traceback: bool = False
    ) -> None:
        LOG.log(level, '%s', msg, exc_info=traceback)


class Server:
    """Listens from the beginning, answers between `start` and `stop`.

    Where is said in [api]; `site` answers what it does not leave to the API.
    Raises AddressUnusable.
    """

    def __init__(
        self,
        api: application.Application,
        conf: cfg.ConfigOpts,
        site: 'WSGIApplication | None' = None,
    ) -> None:
        self._api = api
        host, port = conf.api.host, conf.api.port
        self._server = _Server(conf, before(site or api, conf))
        try:
            self._server.prepare()
        except OSError as error:
            raise exceptions.AddressUnusable(
                host=host, port=port, reason=error
            ) from error
        self._thread = threading.Thread(
            target=self._server.serve, name='http', daemon=True
        )

    @property
    def url(self) -> str:
        """Where it is asked."""
        host, port = self._server.bind_addr[:2]
        shown = f'[{host}]' if ':' in host else host
        return f'http://{shown}:{port}'

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more; what is being answered is waited for."""
        self._api.end_streams()
        self._server.stop()
        if self._thread.is_alive():
            self._thread.join()


def before(api: 'WSGIApplication', conf: cfg.ConfigOpts) -> 'WSGIApplication':
    """The application behind oslo.middleware, which has options too."""
    limited = _Told(sizelimit.RequestBodySizeLimiter(_Bounded(api), conf))
    conf.set_default(
        'max_request_body_size', bodies.LARGEST, group='oslo_middleware'
    )
    proxied = http_proxy_to_wsgi.HTTPProxyToWSGI(limited, conf)
    return _Named(request_id.RequestId(proxied, conf))


class _Named:
    """An application whose every answer says which Trailmark it is."""

    def __init__(self, api: 'WSGIApplication') -> None:
        self._api = api
        self._version = importlib.metadata.version('trailmark')

    def __call__(
        self, environ: 'WSGIEnvironment', start_response: 'StartResponse'
    ) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], *error: Any
        ) -> Any:
            named = [*headers, (versions.HEADER, self._version)]
            return start_response(status, named, *error)

        return self._api(environ, start)


class _Told:
    """The limiter of bodies, which refuses what says its length in HTML."""

    def __init__(self, limiter: sizelimit.RequestBodySizeLimiter) -> None:
        self._limiter = limiter

    def __call__(
        self, environ: 'WSGIEnvironment', start_response: 'StartResponse'
    ) -> Iterable[bytes]:
        answer = Response.from_app(self._limiter, environ)
        if answer.status_code != 413 or answer.mimetype == 'application/json':
            return answer(environ, start_response)
        answer.close()
        limit = self._limiter.oslo_conf.oslo_middleware.max_request_body_size
        request = Request(environ)
        error = exceptions.BodyTooLarge(limit=limit)
        return application.refusal(request, error)(environ, start_response)


class _Bounded:
    """An application to which a body that is too large is an error of ours."""

    def __init__(self, api: 'WSGIApplication') -> None:
        self._api = api

    def __call__(
        self, environ: 'WSGIEnvironment', start_response: 'StartResponse'
    ) -> Iterable[bytes]:
        body = environ['wsgi.input']
        if isinstance(body, sizelimit.LimitingReader):
            environ['wsgi.input'] = _Body(body)
        return self._api(environ, start_response)


class _Body:
    """A body of unknown length, as long as it may be."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, size: int | None = None) -> bytes:
        """Raises BodyTooLarge."""
        try:
            read: bytes = self._body.read(size)
        except webob.exc.HTTPRequestEntityTooLarge:
            raise exceptions.BodyTooLarge(limit=self._body.limit) from None
        return read
