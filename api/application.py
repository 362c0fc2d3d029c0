"""The API as a WSGI application: finds the view, and says what went wrong."""

import dataclasses
import functools
import json
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug import exceptions as http
from werkzeug.routing import IntegerConverter, Map, Rule

from trailmark.api import (
    calls,
    findings,
    guards,
    repeating,
    routes,
    streams,
)
from trailmark.api.nova import envelopes as nova_envelopes
from trailmark.api.openapi import bodies, catalog, document, requests
from trailmark.api.sahara import envelopes as sahara_envelopes
from trailmark.common import (
    exceptions,
    notes,
    numbers,
    step_types,
    tasktypes,
)
from trailmark.common import secrets as masking
from trailmark.db import connection
from trailmark.messaging import contracts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOG = logging.getLogger(__name__)

_STATUSES: Mapping[type[Exception], int] = {
    exceptions.RefusedInput: 400,
    exceptions.Unauthenticated: 401,
    exceptions.ProjectMismatch: 401,
    exceptions.Forbidden: 403,
    exceptions.ProjectMissing: 403,
    exceptions.ForeignOrigin: 403,
    exceptions.NotFound: 404,
    exceptions.VersionUnsupported: 406,
    exceptions.BodyTooLarge: 413,
    exceptions.TriesExceeded: 429,
    exceptions.ClusterBusy: 409,
    exceptions.NameTaken: 409,
    exceptions.NameInUse: 409,
    exceptions.NodeServed: 409,
    exceptions.NodesOffline: 409,
    exceptions.OwnerInUse: 409,
    exceptions.TaskShared: 409,
    exceptions.GraphExists: 409,
    exceptions.RunActive: 409,
    exceptions.RunEnded: 409,
    exceptions.RunSuperseded: 409,
    exceptions.RunVoid: 409,
    exceptions.RunAlive: 409,
    exceptions.LeaseLost: 409,
    exceptions.DatabaseUnavailable: 503,
    exceptions.JournalUnavailable: 503,
    exceptions.StateUnusable: 503,
    exceptions.ServiceUnavailable: 503,
}

_DOCUMENT = document.build(routes.ROUTES, catalog.OPERATIONS)


@dataclasses.dataclass(frozen=True, slots=True)
class _Route:
    """A view, and what its requests have to be."""

    view: Callable[..., calls.Answer]
    checks: requests.Checks


class _Whole(IntegerConverter):
    """A whole number; one of many digits is refused as too large."""

    def to_python(self, value: str) -> int:
        """The number, or one that is too large as well."""
        found = numbers.identifier(value)
        return numbers.LARGEST + 1 if found is None else found


def _rules() -> Iterator[Rule]:
    for method, path, view in routes.ROUTES:
        named = document.path_of(path)
        route = _Route(view, requests.Checks(_DOCUMENT, named, method))
        for way in {path, path.replace('/api/v1', '/api', 1)}:
            yield Rule(way, methods=[method], endpoint=route)


_MAP = Map([*_rules()], strict_slashes=False, converters={'int': _Whole})


class Application:
    """The API over one database; it asks `engine` to drive runs.

    `planner` tells what those would do that are dry.
    `lease_seconds` is how long a claim lasts that a resume makes;
    `agent_timeout` is how long, in seconds, runs wait for agents.
    `guard` tells who asks and whether they may; `most_streams` is how many
    answers may go on at the same time. `declared_steps` are those of
    installed plugins by the plugins' names.
    """

    def __init__(
        self,
        db: connection.Database,
        engine: contracts.RunContract,
        catalog: tasktypes.Catalog,
        lease_seconds: float,
        planner: contracts.Planner,
        agent_timeout: float = 300.0,
        guard: guards.Guard | None = None,
        most_streams: int = 16,
        declared_steps: Mapping[str, step_types.Names] | None = None,
        disable_event_log: bool = False,
    ) -> None:
        self._context = calls.Context(
            db,
            engine,
            catalog,
            lease_seconds,
            planner,
            agent_timeout,
            guard or guards.Trusting(),
            streams.Streams(most_streams),
            declared_steps or {},
            disable_event_log,
            document=_document,
        )

    def __call__(
        self, environ: 'WSGIEnvironment', start_response: 'StartResponse'
    ) -> Iterable[bytes]:
        response = self.respond(Request(environ))
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        """The answer to a request, whatever happens on the way."""
        response = _in_family(request, self._response(request))
        challenge = self._context.guard.challenge
        if response.status_code == 401 and challenge is not None:
            response.headers['WWW-Authenticate'] = challenge
        return response

    def _response(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except http.HTTPException as error:
            return _http_error(error)
        except exceptions.TrailmarkError as error:
            return _expected(error)
        except Exception:
            return _unexpected(request)

    def _answer(self, request: Request) -> Response:
        guard = self._context.guard
        try:
            route, said = _found(request)
        except http.HTTPException:
            # Whom it does not know it does not tell what there is.
            guard.admit(request, None)
            raise
        rule = guards.rule_of(route.view)
        caller = guard.admit(request, rule)
        known = rule not in guards.PUBLIC
        most = bodies.LARGEST if known else guards.SMALLEST_BODY
        checked = route.checks.check(request, said, most)
        call = calls.Call(self._context, request, caller, checked)
        with findings.masked_of(checked.body):
            answer = repeating.answer(route.view, call, said)
        if answer.stream is not None:
            return _streamed(answer.stream)
        if answer.text is not None:
            return Response(answer.text, answer.status, answer.headers)
        if answer.parts is not None:
            return _in_parts(answer)
        response = _response(answer.body, answer.status, answer.media)
        response.headers.extend(answer.headers)
        for note in call.notes:
            response.headers.add(notes.HEADER, note)
        return response

    def end_streams(self) -> None:
        """Have answers end that would go on."""
        self._context.going_on.end()


def refusal(request: Request, error: exceptions.TrailmarkError) -> Response:
    """The answer to a request that is refused before it is looked at."""
    return _in_family(request, _expected(error))


def _in_family(request: Request, response: Response) -> Response:
    """An answer as the clients of its family expect it."""
    if nova_envelopes.serves(request):
        return nova_envelopes.put(request, response)
    if sahara_envelopes.serves(request):
        return sahara_envelopes.put(response)
    return response


def _found(request: Request) -> tuple[_Route, Mapping[str, Any]]:
    """The route of a request, and what its path says."""
    adapter = _MAP.bind_to_environ(request.environ)
    route, said = adapter.match()
    return route, said


@functools.cache
def _document() -> str:
    return json.dumps(_DOCUMENT, ensure_ascii=False, separators=(',', ':'))


def _response(
    body: Mapping[str, Any] | Sequence[Any] | str | None,
    status: int,
    media: str = 'application/json',
) -> Response:
    if body is None:
        return _without_type(Response(status=204))
    if not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False, separators=(',', ':'))
    return Response(body, status, mimetype=media)


def _without_type(response: Response) -> Response:
    """Nothing has no type."""
    del response.headers['Content-Type']
    return response


def _in_parts(answer: calls.Answer) -> Response:
    headers = dict(answer.headers)
    return Response(answer.parts, answer.status, headers, answer.media)


def _streamed(stream: streams.Stream) -> Response:
    # Proxies would keep it back until it is whole.
    kept = {'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no'}
    return Response(stream, 200, kept, mimetype='text/event-stream')


def _error(status: int, code: str, message: str, **more: Any) -> Response:
    said = {'code': code, 'message': masking.mask_urls(message), **more}
    # Clients of Fuel look for the message outside.
    return _response(
        {'error': said, 'message': said['message'], 'errors': []}, status
    )


def _http_error(error: http.HTTPException) -> Response:
    status = error.code or 500
    code = error.name.lower().replace(' ', '_')
    response = _error(status, code, error.description or error.name)
    allowed = getattr(error, 'valid_methods', None)
    if allowed:
        response.headers['Allow'] = ', '.join(sorted(allowed))
    return response


def _expected(error: exceptions.TrailmarkError) -> Response:
    kinds = type(error).__mro__
    status = next(
        (_STATUSES[kind] for kind in kinds if kind in _STATUSES), None
    )
    if status is None or status >= 500:
        LOG.info('%s: %s', error.code, error, exc_info=True)
    more: dict[str, Any] = {}
    if isinstance(error, exceptions.InvalidInput):
        more['problems'] = [findings.shape(each) for each in error.problems]
    response = _error(status or 500, error.code, str(error), **more)
    if isinstance(error, exceptions.DatabaseConnectionLost):
        response.headers['Retry-After'] = str(repeating.AGAIN)
    if isinstance(error, exceptions.TriesExceeded):
        response.headers['Retry-After'] = str(error.seconds)
    return response


def _unexpected(request: Request) -> Response:
    number = secrets.token_hex(4)
    LOG.exception('error %s in %s %s', number, request.method, request.path)
    said = f'something unexpected went wrong: the log has it as {number}'
    return _error(500, 'unexpected', said, id=number)
