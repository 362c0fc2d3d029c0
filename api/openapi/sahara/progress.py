"""Operations of the progress of clusters."""

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations
from trailmark.api.openapi.sahara import pieces
from trailmark.common import step_types

OPERATIONS: Operations = {
    'show': Operation(
        'Events of the steps of a cluster that have not ended well',
        {200: answers.shape({'events': answers.listed(pieces.EVENT)})},
        query={'provision_step': queries.told(queries.TEXT, 'Id of a step.')},
        headers=pieces.HEADERS,
        passes_unknown=True,
    ),
    'report': Operation(
        'Write down how far a step is, as a plugin reports it',
        {200: answers.shape({'step': pieces.STEP})},
        body=fields.body(
            {
                'plugin': fields.TEXT,
                'step': fields.TEXT,
                'step_type': {'enum': list(step_types.TYPES)},
                'completed': fields.COUNT,
                'total': fields.COUNT,
                'error': {'type': 'string', 'minLength': 1, 'maxLength': 4096},
            },
            ('step', 'completed', 'total'),
        ),
        refusals=(409,),
        headers=pieces.HEADERS,
        passes_unknown=True,
    ),
}
