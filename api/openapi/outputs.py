"""Operations of what running attempts print."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

_OUTPUT = answers.shape(
    {
        'task': answers.TEXT,
        'node': answers.TEXT_OR_NULL,
        'attempt': answers.ID,
        'size': answers.COUNT,
        'tail': answers.TEXT,
    }
)
OPERATIONS: Operations = {
    'of_run': Operation(
        'The end of what each running attempt printed',
        {200: answers.shape({'outputs': answers.listed(_OUTPUT)})},
    )
}
