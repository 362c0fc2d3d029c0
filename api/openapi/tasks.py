"""Operations of task executions."""

from trailmark.api.openapi import answers, tasks_history
from trailmark.api.openapi.operations import Operation, Operations
from trailmark.common import states

_ATTEMPT = answers.shape(
    {
        'attempt': answers.ID,
        'state': answers.either(*states.ExecutionState),
        'time_start': answers.TIME_OR_NULL,
        'time_end': answers.TIME_OR_NULL,
        'message': answers.TEXT_OR_NULL,
        'fault': answers.TEXT_OR_NULL,
        'summary': answers.OBJECT_OR_NULL,
    }
)
_TASK = answers.shape(
    {
        **{k: v for k, v in tasks_history.ROW.items() if k != 'summary'},
        'attempts': answers.listed(_ATTEMPT),
        'transitions': answers.listed(answers.of('Transition')),
        'checkpoint': answers.ANY,
    }
)
OPERATIONS: Operations = {
    'show': Operation(
        'One execution: its attempts, faults, summaries and checkpoint',
        {200: answers.shape({'task': _TASK})},
    )
}
