"""Operations of failures."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

_OUTPUT = answers.shape(
    {
        'from': answers.either('stderr', 'stdout'),
        'lines': answers.TEXTS,
        'cut': answers.FLAG,
    }
)
_FAILURE = answers.shape(
    {
        'task': answers.TEXT,
        'node': answers.TEXT_OR_NULL,
        'graph_type': answers.TEXT,
        'attempt': answers.COUNT,
        'time_end': answers.TIME_OR_NULL,
        'message': answers.TEXT_OR_NULL,
        'exit_code': answers.ANY,
        'output': answers.or_null(_OUTPUT),
    }
)
OPERATIONS: Operations = {
    'of_run': Operation(
        'A page of what ended in error, with the end of what it printed',
        {
            200: answers.shape(
                {'failures': answers.listed(_FAILURE), 'next': answers.NEXT}
            )
        },
        query={'limit': queries.LIMIT, 'marker': queries.MARKER},
    )
}
