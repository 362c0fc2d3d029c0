"""The OpenAPI document: every route with the operation of its rule."""

import importlib.metadata
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from trailmark.api import guards
from trailmark.api.nova import envelopes as nova
from trailmark.api.openapi import answers, catalog, paths
from trailmark.api.openapi.operations import Operation, Schema
from trailmark.api.sahara import envelopes as sahara

#: Families of clients by the first part of the paths of their routes.
_FAMILIES = {
    nova.ROOT: 'nova_',
    sahara.V1: 'sahara_',
    sahara.V2: 'sahara_',
}
_PLACE = re.compile('<(?:([a-z]+):)?([a-z_]+)>')
_ABOUT = """\
Deployment graphs are kept, run on the nodes of clusters, and looked at.

What is below `/api/v1` can be reached below `/api` too. A list of a query \
is written `a,b`. Lists that have no `limit` unless it is said are streamed \
whole without one; a page that is full has a `Link` to the next one.\
"""
#: Where anybody may ask there is no need to say who does.
_SECURITY: Sequence[Mapping[str, Any]] = ({'basic': []}, {'token': []}, {})
_SCHEMES: Mapping[str, Mapping[str, str]] = {
    'basic': {'type': 'http', 'scheme': 'basic'},
    'token': {'type': 'apiKey', 'in': 'header', 'name': 'X-Auth-Token'},
}

Route = tuple[str, str, Callable[..., Any]]


def build(
    routes: Sequence[Route], operations: Mapping[str, Operation]
) -> dict[str, Any]:
    """The document of these routes.

    Raises LookupError for a route whose rule has no operation.
    """
    told: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    for method, path, view in routes:
        name, rule = guards.name_of(view), guards.rule_of(view)
        if name not in operations:
            raise LookupError(
                f'{method} {path} has no operation: api/openapi tells '
                f'nothing of {name}'
            )
        shown = _operation(rule, operations[name], path)
        shown['operationId'] = _name(name, method, path, taken)
        told.setdefault(path_of(path), {})[method.lower()] = shown
    return {
        'openapi': '3.1.0',
        'info': {
            'title': 'Trailmark',
            'version': importlib.metadata.version('trailmark'),
            'description': _ABOUT,
            'license': {'name': 'Apache-2.0', 'identifier': 'Apache-2.0'},
        },
        'tags': [{'name': tag} for tag in sorted(_tags(told))],
        'paths': told,
        'components': {
            'schemas': {**answers.SCHEMAS, **catalog.SCHEMAS},
            'responses': answers.REFUSALS,
            'securitySchemes': _SCHEMES,
        },
    }


def path_of(route: str) -> str:
    """A route's path as OpenAPI writes it: `/runs/{run}`."""
    return _PLACE.sub(r'{\2}', route)


def _operation(rule: str, told: Operation, path: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        'summary': told.summary,
        'tags': [rule.partition(':')[0]],
        'security': [] if rule in guards.PUBLIC else _SECURITY,
        'parameters': [*_parameters(told, path)],
        'responses': _responses(rule, told, path),
    }
    if told.passes_unknown:
        shown['x-passes-unknown'] = True
    if told.body is not None:
        shown['requestBody'] = {
            'required': bool(told.body.get('required')),
            'content': {'application/json': {'schema': told.body}},
        }
    return shown


def _parameters(told: Operation, path: str) -> Iterator[dict[str, Any]]:
    for kind, name in _PLACE.findall(path):
        any_of_kind = paths.NUMBER if kind == 'int' else paths.TEXT
        said = _described({**any_of_kind, **paths.PARAMETERS[name]})
        yield {'name': name, 'in': 'path', 'required': True, **said}
    for name, schema in told.query.items():
        shown = {'name': name, 'in': 'query', **_described(schema)}
        if schema.get('type') == 'array':
            shown |= {'style': 'form', 'explode': False}
        yield shown
    for name, schema in told.headers.items():
        yield {'name': name, 'in': 'header', **_described(schema)}


def _described(schema: Schema) -> dict[str, Any]:
    """A schema, with its description and its need beside it."""
    rest = {
        key: value
        for key, value in schema.items()
        if key not in ('description', 'needed')
    }
    shown: dict[str, Any] = {'schema': rest}
    if 'description' in schema:
        shown['description'] = schema['description']
    if schema.get('needed'):
        shown['required'] = True
    return shown


def _responses(rule: str, told: Operation, path: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for number, (status, schema) in enumerate(told.answers.items()):
        content = {} if schema is None else {'application/json': schema}
        content |= told.media if number == 0 else {}
        shown[str(status)] = {
            'description': answers.MEANINGS[status],
            **({'content': _content(content)} if content else {}),
        }
    for status in sorted({*_refusals(rule, told, path), *told.refusals}):
        reference = f'#/components/responses/{_family(path)}{status}'
        shown[str(status)] = {'$ref': reference}
    return shown


def _family(path: str) -> str:
    root = '/' + path.split('/')[1]
    return _FAMILIES.get(root, '')


def _content(by_media: Mapping[str, Schema]) -> dict[str, Any]:
    return {media: {'schema': schema} for media, schema in by_media.items()}


def _refusals(rule: str, told: Operation, path: str) -> Iterator[int]:
    """Statuses of errors that come of what every such view does."""
    yield from (400, 403, 500, 503)
    if rule not in guards.PUBLIC:
        yield from (401, 429)
    if '<' in path:
        yield 404
    if told.body is not None:
        yield from (408, 413)


def _name(view: str, method: str, path: str, taken: set[str]) -> str:
    name = re.sub('[.:]', '_', view)
    last = path.rpartition('/')[2].strip('<>').rpartition(':')[2]
    for more in ('', f'_by_{method.lower()}', f'_of_{last}'):
        name += more
        if name not in taken:
            break
    taken.add(name)
    return name


def _tags(told: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {
        tag
        for methods in told.values()
        for each in methods.values()
        for tag in each['tags']
    }
