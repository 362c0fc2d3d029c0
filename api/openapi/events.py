"""Operations of events that are sent as they happen."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

KINDS = ('run', 'transition')
_AFTER = queries.told(queries.NUMBER, 'What came after this transition.')
OPERATIONS: Operations = {
    'of_run': Operation(
        'Transitions of a run and the run itself as they change',
        {200: None, 204: None},
        query={'after': _AFTER, 'kinds': queries.words(KINDS)},
        headers={'Last-Event-ID': _AFTER},
        media={'text/event-stream': answers.TEXT},
    )
}
