"""Errors of answers, as clients of Sahara expect them."""

import json
from typing import Any

from werkzeug import Request, Response

#: Everything of Sahara's is below one of these.
V1, V2 = '/v1.1', '/v2'


def serves(request: Request) -> bool:
    """Whether a request is for Sahara."""
    return request.path.startswith((f'{V1}/', f'{V2}/'))


def put(response: Response) -> Response:
    """The answer, with its error as Sahara says it."""
    if response.status_code >= 400:
        response.set_data(_error(response))
        response.mimetype = 'application/json'
    return response


def _error(response: Response) -> str:
    try:
        said: Any = json.loads(response.get_data())['error']
        code, message = said['code'], said['message']
    except (ValueError, KeyError, TypeError):
        code, message = response.status.partition(' ')[2], response.status
    return json.dumps(
        {
            'error_code': response.status_code,
            'error_name': code.upper().replace(' ', '_'),
            'error_message': message,
        }
    )
