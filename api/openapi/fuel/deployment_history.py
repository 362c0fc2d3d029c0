"""Operations of the history of a transaction."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

#: The first five are Fuel's own.
STATUSES = (
    *('pending', 'ready', 'running', 'error', 'skipped'),
    *('dep_failed', 'cancelled'),
)
_REFUSAL = f'Statuses parameter could be only: {", ".join(STATUSES)}'
_RECORD = {
    'type': 'object',
    'description': 'An execution with the definition of its task.',
    'properties': {
        'task_name': answers.TEXT,
        'node_id': {'type': ['integer', 'string', 'null']},
        'status': answers.either(*STATUSES),
        'time_start': answers.TIME_OR_NULL,
        'time_end': answers.TIME_OR_NULL,
        'graph_type': answers.TEXT,
        'message': answers.TEXT,
        'summary': answers.OBJECT,
    },
    'required': [
        *('task_name', 'node_id', 'status', 'time_start', 'time_end'),
        'graph_type',
    ],
}
_HISTORY = answers.listed(_RECORD)
OPERATIONS: Operations = {
    'show': Operation(
        'Every execution of a run, as JSON, YAML or CSV',
        {200: _HISTORY},
        query={
            'nodes': queries.told(queries.TEXTS, 'Ids or names of nodes.'),
            'statuses': {
                'type': 'array',
                'items': {
                    'type': 'string',
                    'enum': [*STATUSES],
                    'x-refusal': _REFUSAL,
                },
            },
            'tasks_names': queries.TEXTS,
            'include_summary': queries.FLAG,
        },
        media={
            'text/csv': answers.TEXT,
            'application/x-yaml': answers.TEXT,
            'application/yaml': answers.TEXT,
            'text/yaml': answers.TEXT,
        },
        refusals=(415,),
    )
}
