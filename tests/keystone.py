"""A Keystone v3 for tests: users, projects, tokens, a catalog, on a port."""

import contextlib
import dataclasses
import datetime
import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from cheroot import wsgi
from werkzeug import Request, Response

_DOMAIN = {'id': 'default', 'name': 'Default'}
#: Type of a service -> path below the URL of the API.
PATHS = {
    'trailmark': '',
    'data-processing': '/v1.1/{project}',
    'compute': '/v2.1',
}


@dataclasses.dataclass(frozen=True)
class User:
    """Roles by project id; those of `all` are of the whole installation."""

    name: str
    password: str
    roles: Mapping[str, tuple[str, ...]]

    @property
    def id(self) -> str:
        """Unlike the name, and known."""
        return f'id-of-{self.name}'


class Keystone:
    """Answers what sessions and the middleware ask.

    `api` is the URL that the catalog names; `seconds` is how long tokens
    last.
    """

    def __init__(self, api: str = 'http://127.0.0.1:1') -> None:
        self.api, self.seconds, self.url = api, 3600.0, ''
        self.users: dict[str, User] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []

    def add(self, name: str, **roles: tuple[str, ...]) -> User:
        """A user with roles in projects; the password is `name-secret`."""
        user = User(name, f'{name}-secret', roles)
        self.users[name] = user
        return user

    def token(self, name: str, scope: str | None) -> str:
        """A token of a user of a project, of `all`, or of nothing."""
        text = secrets.token_urlsafe(24)
        self._tokens[text] = self._body(self.users[name], scope)
        return text

    def revoke(self, token: str) -> None:
        """Have a token be of no use."""
        del self._tokens[token]

    def expire(self, token: str) -> None:
        """Have a token be of yesterday."""
        self._tokens[token]['expires_at'] = _time(-86400)

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """Its URL, while it answers."""
        server = wsgi.Server(('127.0.0.1', 0), self._answer, numthreads=4)
        server.shutdown_timeout = 1
        server.prepare()
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        self.url = f'http://127.0.0.1:{server.bind_addr[1]}'
        try:
            yield self.url
        finally:
            server.stop()
            thread.join(10)

    def _answer(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        self.asked.append((request.method, request.path))
        return self._response(request)(environ, start)

    def _response(self, request: Request) -> Response:
        path = request.path.rstrip('/')
        if path == '/v3/auth/tokens':
            if request.method == 'POST':
                return self._issued(request)
            return self._shown(request)
        version = {
            'id': 'v3.14',
            'status': 'stable',
            'links': [{'rel': 'self', 'href': f'{self.url}/v3/'}],
            'media-types': [],
        }
        if path == '/v3':
            return _json({'version': version}, 200)
        if path == '':
            return _json({'versions': {'values': [version]}}, 300)
        return _error(404)

    def _issued(self, request: Request) -> Response:
        said = json.loads(request.get_data())['auth']
        given = said['identity']['password']['user']
        user = self._user(given)
        if user is None or user.password != given['password']:
            return _error(401)
        scope = _scope(said.get('scope') or {})
        if scope is not None and scope not in user.roles:
            return _error(401)
        token = self.token(user.name, scope)
        answer = _json({'token': self._tokens[token]}, 201)
        answer.headers['X-Subject-Token'] = token
        return answer

    def _user(self, given: Mapping[str, Any]) -> User | None:
        for user in self.users.values():
            if given.get('name') == user.name or given.get('id') == user.id:
                return user
        return None

    def _shown(self, request: Request) -> Response:
        asker = request.headers.get('X-Auth-Token', '')
        if not self._is_valid(asker):
            return _error(401)
        token = request.headers.get('X-Subject-Token', '')
        if not self._is_valid(token):
            return _error(404)
        if request.method == 'DELETE':
            self.revoke(token)
            return Response(status=204)
        answer = _json({'token': self._tokens[token]}, 200)
        answer.headers['X-Subject-Token'] = token
        return answer

    def _is_valid(self, token: str) -> bool:
        found = self._tokens.get(token)
        return found is not None and found['expires_at'] > _time(0)

    def _body(self, user: User, scope: str | None) -> dict[str, Any]:
        body: dict[str, Any] = {
            'methods': ['password'],
            'user': {'id': user.id, 'name': user.name, 'domain': _DOMAIN},
            'audit_ids': [secrets.token_urlsafe(8)],
            'issued_at': _time(0),
            'expires_at': _time(self.seconds),
        }
        if scope is None:
            return body
        body['roles'] = [{'id': r, 'name': r} for r in user.roles[scope]]
        body['catalog'] = [*self._catalog(scope)]
        if scope == 'all':
            body['system'] = {'all': True}
        else:
            named = {'id': scope, 'name': scope, 'domain': _DOMAIN}
            body['project'] = named
        return body

    def _catalog(self, scope: str) -> Iterator[dict[str, Any]]:
        urls = {'identity': f'{self.url}/v3'}
        for kind, path in PATHS.items():
            urls[kind] = self.api + path.format(project=scope)
        for kind, url in urls.items():
            place = {'url': url, 'region': 'one', 'region_id': 'one'}
            yield {
                'id': kind,
                'type': kind,
                'name': kind,
                'endpoints': [
                    {**place, 'id': f'{kind}-{each}', 'interface': each}
                    for each in ('public', 'internal')
                ],
            }


def _scope(said: Mapping[str, Any]) -> str | None:
    if 'system' in said:
        return 'all'
    project = said.get('project')
    if project is None:
        return None
    return str(project.get('id') or project['name'])


def _time(seconds: float) -> str:
    at = datetime.datetime.now(datetime.UTC)
    at += datetime.timedelta(seconds=seconds)
    return at.strftime('%Y-%m-%dT%H:%M:%S.%fZ')


def _json(body: Any, status: int) -> Response:
    return Response(json.dumps(body), status, mimetype='application/json')


def _error(status: int) -> Response:
    said = {'code': status, 'message': 'no', 'title': 'no'}
    return _json({'error': said}, status)
