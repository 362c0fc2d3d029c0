"""Operations of rows of the history, as seed 000 has them."""

from trailmark.api.openapi import answers, queries, tasks_history
from trailmark.api.openapi.operations import Operation, Operations
from trailmark.common import states

_ROW = answers.shape(
    {
        **{
            name: tasks_history.ROW[name]
            for name in (
                *('id', 'deployment_task_id', 'node_id', 'task_id'),
                *('task_name', 'time_start', 'time_end', 'status'),
            )
        },
        'summary': answers.OBJECT,
    }
)
OPERATIONS: Operations = {
    'of_task': Operation(
        'All rows of a run, or those of nodes and statuses',
        {200: answers.listed(_ROW)},
        query={
            'nodes': queries.told(queries.TEXTS, 'Names or ids of nodes.'),
            'graph_type': queries.told(queries.TEXTS, 'Types of graphs.'),
            'statuses': queries.words(states.ExecutionState),
            'limit': queries.PAGE_SIZE,
            'marker': queries.AFTER_ID,
        },
    )
}
