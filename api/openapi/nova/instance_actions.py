"""Operations of instance actions."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.nova import pieces
from trailmark.api.openapi.operations import Operation, Operations, Schema

_EVENT = answers.shape(
    {
        'event': answers.TEXT,
        'start_time': answers.TIME_OR_NULL,
        'finish_time': answers.TIME_OR_NULL,
        'result': answers.TEXT_OR_NULL,
        'traceback': answers.TEXT_OR_NULL,
        'hostId': answers.TEXT,
        'host': answers.TEXT_OR_NULL,
        'details': answers.TEXT_OR_NULL,
    },
    *('traceback', 'hostId', 'host', 'details'),
)
_ACTION: Mapping[str, Schema] = {
    'action': answers.TEXT,
    'instance_uuid': answers.TEXT,
    'request_id': answers.TEXT_OR_NULL,
    'user_id': answers.TEXT_OR_NULL,
    'project_id': answers.TEXT_OR_NULL,
    'start_time': answers.TIME_OR_NULL,
    'message': answers.TEXT_OR_NULL,
    'updated_at': answers.TIME_OR_NULL,
    'finish_time': answers.TIME_OR_NULL,
}
_LATER = ('updated_at', 'finish_time')
OPERATIONS: Operations = {
    'index': Operation(
        'Actions of a server, the newest first',
        {
            200: answers.shape(
                {
                    'instanceActions': answers.listed(
                        answers.shape(_ACTION, *_LATER)
                    ),
                    'links': pieces.LINKS,
                },
                'links',
            )
        },
        query={
            'limit': pieces.LIMIT,
            'marker': queries.told(queries.TEXT, 'The id of a request.'),
            'changes-since': queries.MOMENT,
            'changes-before': queries.MOMENT,
        },
        headers=pieces.HEADERS,
        refusals=(406,),
    ),
    'show': Operation(
        'The action of a request, with its events',
        {
            200: answers.shape(
                {
                    'instanceAction': answers.shape(
                        {**_ACTION, 'events': answers.listed(_EVENT)},
                        *(*_LATER, 'events'),
                    )
                }
            )
        },
        headers=pieces.HEADERS,
        refusals=(406,),
    ),
}
