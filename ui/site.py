"""The web page before the API that it asks: one address serves both."""

import html
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug import exceptions as http
from werkzeug.routing import Map, Rule

from trailmark.ui import assets, headers

if TYPE_CHECKING:
    from _typeshed.wsgi import (
        StartResponse,
        WSGIApplication,
        WSGIEnvironment,
    )

_PAGE, _ASSET, _DOCS = 'page', 'asset', 'docs'
#: Who is shown the page is who may ask this.
_ASKED = '/api/v1/permissions'
_RUN = '/runs/<int:run>'
_MAP = Map(
    [
        Rule('/', methods=['GET'], endpoint=_PAGE),
        Rule(_RUN, methods=['GET'], endpoint=_PAGE),
        Rule(f'{_RUN}/executions', methods=['GET'], endpoint=_PAGE),
        Rule(
            f'{_RUN}/executions/<path:name>', methods=['GET'], endpoint=_PAGE
        ),
        Rule('/docs', methods=['GET'], endpoint=_DOCS),
        Rule('/ui/<asset>', methods=['GET'], endpoint=_ASSET),
    ],
    strict_slashes=False,
    merge_slashes=False,
)


class Site:
    """The page at `/` and `/runs`, its files at `/ui`, else the API.

    At `/docs` the API can be read.

    The page holds nothing: what it shows it asks the API for, as any client.
    """

    def __init__(self, api: 'WSGIApplication') -> None:
        self._api = api
        self._page = assets.template('page.html')
        self._refusal = assets.template('refused.html')
        self._docs = assets.template('docs.html')

    def __call__(
        self, environ: 'WSGIEnvironment', start_response: 'StartResponse'
    ) -> Iterable[bytes]:
        request = Request(environ)
        response = self._answer(request)
        if response is None:
            return self._api(environ, _guarded(start_response))
        response.headers.update(headers.OF_PAGE)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response | None:
        adapter = _MAP.bind_to_environ(request.environ)
        try:
            endpoint, values = adapter.match()
        except http.HTTPException:
            return None
        if endpoint == _ASSET:
            return assets.answer(request, values['asset'])
        if endpoint == _DOCS:
            return self._described(request)
        return self._shown(request)

    def _described(self, request: Request) -> Response:
        """The page on which the API is read; everybody may see it."""
        root = html.escape(request.root_path.rstrip('/'))
        body = self._docs.substitute(root=root)
        response = Response(body, mimetype='text/html')
        response.headers['Cache-Control'] = 'no-cache'
        return response

    def _shown(self, request: Request) -> Response:
        """The page, or why who asks is not shown it."""
        asked = Response.from_app(self._api, _question(request.environ), True)
        root = html.escape(request.root_path.rstrip('/'))
        if asked.status_code == 200:
            body = self._page.substitute(root=root)
        else:
            said = html.escape(_message(asked.get_json(silent=True)))
            body = self._refusal.substitute(root=root, message=said)
        response = Response(body, asked.status_code, mimetype='text/html')
        response.headers['Cache-Control'] = 'no-store'
        for challenge in asked.headers.getlist('WWW-Authenticate'):
            response.headers.add('WWW-Authenticate', challenge)
        return response


def _question(environ: 'WSGIEnvironment') -> 'WSGIEnvironment':
    """A request of the same client for what it may do."""
    return {
        **environ,
        'REQUEST_METHOD': 'GET',
        'PATH_INFO': _ASKED,
        'QUERY_STRING': '',
        'CONTENT_LENGTH': '0',
        'wsgi.input': io.BytesIO(),
    }


def _message(said: Any) -> str:
    if isinstance(said, Mapping) and isinstance(said.get('message'), str):
        return str(said['message'])
    return 'The API does not say why.'


def _guarded(start_response: 'StartResponse') -> 'StartResponse':
    """Say it with the headers of the API, where it does not say others."""

    def start(status: str, said: list[tuple[str, str]], *more: Any) -> Any:
        known = {name.lower() for name, _value in said}
        added = [
            each
            for each in headers.OF_API.items()
            if each[0].lower() not in known
        ]
        return start_response(status, [*said, *added], *more)

    return start
