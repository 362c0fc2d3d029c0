"""Whether an answer is one that the OpenAPI document has."""

import functools
from collections.abc import Mapping
from typing import Any

import httpx
import jsonschema
from werkzeug import exceptions as http
from werkzeug.routing import Map, Rule

from trailmark.api import routes
from trailmark.api.openapi import catalog, document

DOCUMENT = document.build(routes.ROUTES, catalog.OPERATIONS)
_MAP = Map(
    [
        Rule(way, methods=[method], endpoint=(method, path))
        for method, path, _view in routes.ROUTES
        for way in (path, path.replace('/api/v1', '/api', 1))
    ],
    strict_slashes=False,
)


def check(answer: httpx.Response) -> None:
    """Raise AssertionError unless status, type and JSON are documented."""
    media = answer.headers.get('Content-Type', '').partition(';')[0]
    if media != 'text/event-stream':
        answer.read()
    request = answer.request
    method = 'GET' if request.method == 'HEAD' else request.method
    try:
        (method, path), _said = _MAP.bind('x').match(request.url.path, method)
    except http.HTTPException:
        return
    where = f'{method} {path} {answer.status_code}'
    told = DOCUMENT['paths'][document.path_of(path)][method.lower()]
    known = told['responses'].get(str(answer.status_code))
    if known is None:
        raise AssertionError(f'{where} is not documented')
    content = _followed(known).get('content', {})
    if media not in content and (content or media):
        raise AssertionError(f'{where} has the type {media!r}')
    if media == 'application/json' and request.method != 'HEAD':
        _check_json(where, content[media]['schema'], answer.json())


def _followed(known: Mapping[str, Any]) -> Mapping[str, Any]:
    if '$ref' not in known:
        return known
    name = known['$ref'].rpartition('/')[2]
    found: Mapping[str, Any] = DOCUMENT['components']['responses'][name]
    return found


def _check_json(where: str, schema: Mapping[str, Any], value: Any) -> None:
    wrong = [
        f'{error.json_path}: {error.message[:300]}'
        for error in _validator(id(schema)).iter_errors(value)
    ]
    if wrong:
        raise AssertionError(f'{where}: {"; ".join(wrong)}')


@functools.cache
def _validator(number: int) -> Any:
    schema = _SCHEMAS[number]
    return jsonschema.Draft202012Validator(
        {**schema, 'components': DOCUMENT['components']}
    )


def _schemas() -> dict[int, Mapping[str, Any]]:
    """Those of answers by their identity."""
    found = {}
    for methods in DOCUMENT['paths'].values():
        for told in methods.values():
            for known in told['responses'].values():
                for each in _followed(known).get('content', {}).values():
                    found[id(each['schema'])] = each['schema']
    return found


_SCHEMAS = _schemas()
