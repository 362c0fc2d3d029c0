"""Operations of checkpoints."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

_CHECKPOINT = answers.shape(
    {
        'task': answers.TEXT,
        'node': answers.TEXT_OR_NULL,
        'graph_type': answers.TEXT,
        'attempt': answers.ID,
        'checkpoint': answers.ANY,
        'time': answers.TIME_OR_NULL,
    }
)
OPERATIONS: Operations = {
    'of_run': Operation(
        'A page of the checkpoints of a run, the oldest first',
        {
            200: answers.shape(
                {
                    'checkpoints': answers.listed(_CHECKPOINT),
                    'next': answers.NEXT,
                }
            )
        },
        query={'limit': queries.LIMIT, 'marker': queries.MARKER},
    )
}
