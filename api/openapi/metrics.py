"""Operations of metrics."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

OPERATIONS: Operations = {
    'show': Operation(
        'Runs, executions, engines and agents, for Prometheus',
        {200: None},
        media={'text/plain': answers.TEXT},
    )
}
