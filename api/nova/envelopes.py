"""Headers and errors of answers, as clients of Nova expect them."""

import json
from typing import Any

from werkzeug import Request, Response

from trailmark.api.nova import microversions
from trailmark.common import exceptions

#: Everything of Nova's is below it.
ROOT = '/v2.1'
_NAMES = {
    400: 'badRequest',
    401: 'unauthorized',
    403: 'forbidden',
    404: 'itemNotFound',
    405: 'badMethod',
    409: 'conflictingRequest',
    413: 'overLimit',
    415: 'badMediaType',
    501: 'notImplemented',
    503: 'serviceUnavailable',
}
_VERSION, _OLD = 'OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'


def serves(request: Request) -> bool:
    """Whether a request is for Nova."""
    return request.path == ROOT or request.path.startswith(f'{ROOT}/')


def put(request: Request, response: Response) -> Response:
    """The answer with the version that it is of; an error by its name."""
    if response.status_code >= 400:
        response.set_data(_error(response))
        response.mimetype = 'application/json'
    version = _version(request)
    if version is not None:
        response.headers[_VERSION] = f'compute {version}'
        response.headers[_OLD] = version
    response.headers.extend([('Vary', name) for name in (_VERSION, _OLD)])
    known = request.environ.get('openstack.request_id')
    if known:
        response.headers['x-compute-request-id'] = known
    return response


def _version(request: Request) -> str | None:
    try:
        return microversions.text(microversions.of(request))
    except exceptions.RefusedInput:
        return None


def _error(response: Response) -> str:
    code = response.status_code
    try:
        said: Any = json.loads(response.get_data())['message']
    except (ValueError, KeyError, TypeError):
        said = response.status
    name = _NAMES.get(code, 'computeFault')
    return json.dumps({name: {'code': code, 'message': said}})
