"""Operations of runs as executors of Fuel would get them."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

_DOCUMENT = answers.shape(
    {
        'tasks_graph': answers.named(answers.listed(answers.OBJECT)),
        'tasks_directory': answers.named(answers.OBJECT),
        'tasks_metadata': answers.OBJECT,
    }
)
OPERATIONS: Operations = {
    'show': Operation(
        'The executions of a graph by node; nothing is begun',
        {200: _DOCUMENT},
        query={
            'graph_type': queries.TEXT,
            'nodes': queries.told(queries.NUMBERS, 'Ids of nodes.'),
            'tasks': queries.TEXTS,
            'force': queries.told(queries.FLAG, 'Whatever conditions say.'),
        },
    )
}
