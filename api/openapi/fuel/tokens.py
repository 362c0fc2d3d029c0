"""Operations of tokens."""

from trailmark.api import fields
from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

_PASSWORD = {'type': 'string', 'maxLength': 10000}
_TOKEN = {
    'type': 'object',
    'properties': {
        'auth': {
            'type': 'object',
            'properties': {
                'passwordCredentials': fields.body(
                    {'username': fields.TEXT, 'password': _PASSWORD},
                    ('username', 'password'),
                ),
                'token': {
                    'type': 'object',
                    'properties': {'id': _PASSWORD},
                    'required': ['id'],
                },
                'tenantName': fields.TEXT_OR_NULL,
                'tenantId': fields.TEXT_OR_NULL,
            },
            'if': {'not': {'required': ['token']}},
            'then': {'required': ['passwordCredentials']},
        }
    },
    'required': ['auth'],
}
OPERATIONS: Operations = {
    'create': Operation(
        'A token of who has this name and password, as Keystone 2.0 gives it',
        {200: answers.shape({'access': answers.OBJECT})},
        body=_TOKEN,
        refusals=(401, 404, 411, 429),
    )
}
