"""Operations of the audit."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

_ROW = answers.shape(
    {
        'id': answers.ID,
        'time': answers.TIME_OR_NULL,
        'user': answers.TEXT,
        'project': answers.TEXT_OR_NULL,
        'event': answers.TEXT,
        'kind': answers.TEXT,
        'name': answers.TEXT_OR_NULL,
        'run': answers.ID_OR_NULL,
        'cluster': answers.TEXT_OR_NULL,
        'message': answers.TEXT_OR_NULL,
        'counts': answers.or_null(answers.named(answers.COUNT)),
    }
)
OPERATIONS: Operations = {
    'index': Operation(
        'A page of the audit: who asked for what, the newest first',
        {
            200: answers.shape(
                {'audit': answers.listed(_ROW), 'next': answers.NEXT}
            )
        },
        query={
            'run': queries.told(
                queries.NUMBER, 'Of this run, also if it was purged.'
            ),
            'cluster': queries.told(
                queries.TEXT, 'Of this cluster, its nodes, graphs and runs.'
            ),
            'user': queries.told(queries.TEXT, 'Asked by this user.'),
            'since': queries.told(queries.MOMENT, 'Then or later.'),
            'until': queries.told(queries.MOMENT, 'Before.'),
            'limit': queries.LIMIT,
            'marker': queries.MARKER,
        },
        refusals=(404,),
    )
}
