"""Operations of what who asks may do."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

OPERATIONS: Operations = {
    'show': Operation(
        'Who asks, and which changes of runs are granted',
        {
            200: answers.shape(
                {
                    'user': answers.TEXT,
                    'roles': answers.TEXTS,
                    'rules': answers.named(answers.FLAG),
                }
            )
        },
    )
}
