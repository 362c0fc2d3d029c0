"""Operations of where the time of a run went."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

_TASK = answers.shape(
    {
        'task': answers.TEXT,
        'nodes': answers.COUNT,
        'total': answers.NUMBER,
        'longest': answers.NUMBER,
        'longest_execution': answers.TEXT_OR_NULL,
    }
)
_STEP = answers.shape(
    {
        'execution': answers.TEXT,
        'seconds': answers.NUMBER,
        'gap': answers.NUMBER,
        'after': answers.TEXT_OR_NULL,
    }
)
_TIMES = answers.shape(
    {
        'elapsed': answers.NUMBER,
        'paused': answers.NUMBER,
        'longest_tasks': answers.listed(_TASK),
        'waiting': answers.shape(
            {
                'total': answers.NUMBER,
                'longest': answers.NUMBER,
                'execution': answers.TEXT_OR_NULL,
                'behind': answers.TEXT_OR_NULL,
            }
        ),
        'retries': answers.shape(
            {
                'total': answers.NUMBER,
                'attempts': answers.COUNT,
                'executions': answers.COUNT,
                'longest': answers.NUMBER,
                'execution': answers.TEXT_OR_NULL,
            }
        ),
        'critical_path': answers.shape(
            {
                'running': answers.NUMBER,
                'gaps': answers.NUMBER,
                'steps': answers.listed(_STEP),
            }
        ),
    }
)
OPERATIONS: Operations = {
    'show': Operation(
        'Long tasks, waits, retries and the critical path of a run so far',
        {200: answers.shape({'times': _TIMES})},
    )
}
