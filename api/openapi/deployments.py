"""Operations of deployments."""

from trailmark.api import fields
from trailmark.api.openapi import answers, executions
from trailmark.api.openapi.operations import Operation, Operations

_CLUSTER = answers.shape({'id': answers.ID, 'name': answers.TEXT})
OPERATIONS: Operations = {
    'create': Operation(
        'Store a deployment and begin a run of it; nothing if it is refused',
        {
            201: answers.shape(
                {
                    **executions.BEGUN,
                    'cluster': _CLUSTER,
                    'changes': answers.TEXTS,
                },
                'plan',
            )
        },
        body=fields.body(
            {
                'source': fields.SOURCE,
                'name': fields.TEXT,
                'files': fields.FILES,
                'cluster': fields.TEXT_OR_NULL,
                **fields.RUN,
            },
            ('source', 'name', 'files'),
        ),
        refusals=(404, 409),
    )
}
