"""Operations of engines and agents."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

_SERVICE = answers.shape(
    {
        'kind': answers.either('engine', 'agent'),
        'name': answers.TEXT,
        'node': answers.TEXT_OR_NULL,
        'host': answers.TEXT_OR_NULL,
        'pid': answers.ID_OR_NULL,
        'version': answers.TEXT_OR_NULL,
        'state': answers.either(
            *('alive', 'dead', 'refused', 'closed', 'unassigned')
        ),
        'holds': answers.COUNT,
        'started_at': answers.TIME_OR_NULL,
        'seen_at': answers.TIME_OR_NULL,
        'message': answers.TEXT_OR_NULL,
    }
)
OPERATIONS: Operations = {
    'index': Operation(
        'Engines by name, then agents by node and name',
        {200: answers.shape({'services': answers.listed(_SERVICE)})},
    )
}
