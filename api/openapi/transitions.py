"""Operations of transitions."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries, tasks_history
from trailmark.api.openapi.operations import Operation, Operations, Schema
from trailmark.common import states

SCHEMAS: Mapping[str, Schema] = {
    'Transition': answers.shape(
        {
            'id': answers.ID,
            'deployment_task_id': answers.ID,
            'graph_type': answers.TEXT,
            'task': answers.TEXT,
            'node': answers.TEXT_OR_NULL,
            'old': answers.either(*states.ExecutionState),
            'new': answers.either(*states.ExecutionState),
            'attempt': answers.COUNT,
            'time': answers.TIME_OR_NULL,
            'message': answers.TEXT_OR_NULL,
        }
    )
}
OPERATIONS: Operations = {
    'index': Operation(
        'A page of a run, a cluster or nodes, of the newest run first',
        {
            200: answers.shape(
                {
                    'transitions': answers.listed(answers.of('Transition')),
                    'next': answers.TEXT_OR_NULL,
                }
            )
        },
        query={
            'run': queries.NUMBER,
            **tasks_history.CHOSEN,
            'limit': queries.LIMIT,
            'marker': {
                'type': 'string',
                'pattern': '^[0-9]{1,18}-[0-9]{1,18}$',
                'x-refusal': 'this is not the `next` of a page',
            },
        },
        refusals=(404,),
    ),
    'of_run': Operation(
        'A page of the transitions of a run, the oldest first',
        {
            200: answers.shape(
                {
                    'transitions': answers.listed(answers.of('Transition')),
                    'next': answers.NEXT,
                }
            )
        },
        query={'limit': queries.LIMIT, 'after': queries.MARKER},
    ),
}
