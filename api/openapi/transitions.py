"""Operations of transitions."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema
from trailmark.common import states

SCHEMAS: Mapping[str, Schema] = {
    'Transition': answers.shape(
        {
            'id': answers.ID,
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
    )
}
