"""Operations of health and version."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

OPERATIONS: Operations = {
    'live': Operation(
        'That the process answers, whatever else is away',
        {200: answers.shape({'status': answers.either('alive')})},
    ),
    'ready': Operation(
        'That the database answers too',
        {200: answers.shape({'status': answers.either('ready')})},
    ),
    'version': Operation(
        'The version, and whether requests must say who asks',
        {
            200: answers.shape(
                {
                    'version': answers.TEXT,
                    'auth_required': answers.FLAG,
                    'api': answers.TEXT,
                    'release': answers.TEXT,
                    'feature_groups': answers.TEXTS,
                    'openstack_version': answers.TEXT_OR_NULL,
                }
            )
        },
    ),
}
