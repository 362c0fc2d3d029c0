"""Operations of tasks of servers."""

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.nova import pieces
from trailmark.api.openapi.operations import Operation, Operations
from trailmark.common import states

_ERROR = answers.shape(
    {
        'error_id': answers.ANY,
        'item': answers.TEXT_OR_NULL,
        'code': answers.COUNT,
        'message': answers.TEXT,
        'created_at': answers.TIME_OR_NULL,
        'traceback': answers.TEXT,
    },
    'traceback',
)
_CHECKPOINT = answers.shape(
    {
        'seq': answers.COUNT,
        'label': answers.TEXT,
        'data': answers.ANY,
        'created_at': answers.TIME_OR_NULL,
    }
)
_TASK = answers.shape(
    {
        'id': answers.TEXT,
        'server_id': answers.TEXT,
        'action': answers.TEXT,
        'state': answers.either(
            *('RUNNING', 'COMPLETED', 'ABORTED', 'TIMED_OUT')
        ),
        'status': answers.either(*states.RunState),
        'control': answers.either(*states.Asked),
        'request_id': answers.TEXT_OR_NULL,
        'created_by': answers.TEXT_OR_NULL,
        'created_at': answers.TIME_OR_NULL,
        'started_at': answers.TIME_OR_NULL,
        'finished_at': answers.TIME_OR_NULL,
        'updated_at': answers.TIME_OR_NULL,
        'progress': {'type': 'integer', 'minimum': 0, 'maximum': 100},
        'done': answers.COUNT,
        'total': answers.COUNT,
        'error': answers.or_null(_ERROR),
        'checkpoint': answers.or_null(_CHECKPOINT),
        '_links': answers.named(answers.named(answers.TEXT)),
    }
)
_ITEM = answers.shape(
    {
        'id': answers.TEXT,
        'task_id': answers.TEXT,
        'action': answers.TEXT,
        'state': answers.TEXT,
        'created_at': answers.TIME_OR_NULL,
        'started_at': answers.TIME_OR_NULL,
        'ended_at': answers.TIME_OR_NULL,
    }
)
_ONE = answers.shape({'task': _TASK})


def _changes(summary: str) -> Operation:
    return Operation(
        summary,
        {202: _ONE},
        body=fields.body({}),
        headers=pieces.HEADERS,
        refusals=(406, 409),
    )


OPERATIONS: Operations = {
    'index': Operation(
        'Tasks of a server, the newest first',
        {
            200: answers.shape(
                {'tasks': answers.listed(_TASK), 'links': pieces.LINKS},
                'links',
            )
        },
        query={
            'state': queries.TEXT,
            'since': queries.MOMENT,
            'limit': pieces.LIMIT,
            'marker': queries.told(
                queries.NUMBER, 'The page before the task of this id.'
            ),
        },
        headers=pieces.HEADERS,
        refusals=(406,),
    ),
    'create': Operation(
        "Run a graph type of the server's cluster on this server alone",
        {202: _ONE},
        body=fields.body({'action': fields.TEXT}, ('action',)),
        headers=pieces.HEADERS,
        refusals=(406, 409),
    ),
    # Of an action by its name; what Nova's clients say of it is not used.
    'act': Operation(
        'The same by the name of an action, such as os-start',
        {202: None},
        body={
            'type': 'object',
            'minProperties': 1,
            'maxProperties': 1,
            'required': [],
        },
        headers=pieces.HEADERS,
        refusals=(406, 409),
    ),
    'show': Operation(
        'One task of a server',
        {200: _ONE},
        headers=pieces.HEADERS,
        refusals=(406,),
    ),
    'items': Operation(
        'What a task consists of, in order; nothing that was skipped',
        {200: answers.shape({'items': answers.listed(_ITEM)})},
        headers=pieces.HEADERS,
        refusals=(406,),
    ),
    'stop': _changes('Let what runs end, and leave the rest for a resume'),
    'cancel': _changes('End what runs, and give the rest up'),
    'resume': _changes('Go on with what is not done'),
}
