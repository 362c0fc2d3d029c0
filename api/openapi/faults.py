"""Operations of faults."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

_FAULT = answers.shape(
    {
        'task': answers.TEXT,
        'node': answers.TEXT_OR_NULL,
        'graph_type': answers.TEXT,
        'attempt': answers.ID,
        'fault': answers.TEXT,
        'message': answers.TEXT_OR_NULL,
        'time': answers.TIME_OR_NULL,
    }
)
OPERATIONS: Operations = {
    'of_run': Operation(
        'A page of the faults of a run, the oldest first',
        {
            200: answers.shape(
                {'faults': answers.listed(_FAULT), 'next': answers.NEXT}
            )
        },
        query={'limit': queries.LIMIT, 'marker': queries.MARKER},
    )
}
