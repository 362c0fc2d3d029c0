"""Operations of runs."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema
from trailmark.common import states

COUNTS = answers.shape(
    {
        **{str(state): answers.COUNT for state in states.ExecutionState},
        'total': answers.COUNT,
    },
    *map(str, states.ExecutionState),
)
_KEYS = {
    'id': answers.ID,
    'status': answers.either(*states.RunState),
    'cluster': answers.TEXT_OR_NULL,
    'graph_types': answers.TEXTS,
    'counts': COUNTS,
    'time_start': answers.TIME_OR_NULL,
    'time_end': answers.TIME_OR_NULL,
    'message': answers.TEXT_OR_NULL,
    'asked': answers.either(*states.Asked),
    'dry_run': answers.FLAG,
    'noop': answers.FLAG,
    'driven_by': answers.or_null(
        answers.shape({'host': answers.TEXT_OR_NULL, 'pid': answers.ID})
    ),
    'interrupted': answers.FLAG,
    'resumable': answers.FLAG,
}
SCHEMAS: Mapping[str, Schema] = {
    'Run': answers.shape(_KEYS),
    'RunInDetail': answers.shape(
        {
            **_KEYS,
            'asked_by': answers.named(answers.TEXT_OR_NULL),
            'last_transition': answers.COUNT,
            'revisions': answers.listed(answers.OBJECT),
            'reasons': answers.named(answers.TEXT),
        }
    ),
}
_PROGRESS = {
    'statuses': queries.words(states.ExecutionState),
    'limit': queries.PAGE_SIZE,
    'marker': queries.MARKER,
}
_RUN = answers.shape({'run': answers.of('Run')})
OPERATIONS: Operations = {
    'index': Operation(
        'A page of runs that are not hidden, or of all, the newest first',
        {
            200: answers.shape(
                {
                    'runs': answers.listed(answers.of('Run')),
                    'next': answers.NEXT,
                }
            )
        },
        query={
            'cluster': queries.TEXT,
            'status': queries.words(states.RunState),
            'type': queries.told(queries.TEXTS, 'Types of graphs.'),
            'node': queries.told(queries.TEXTS, 'Names of nodes.'),
            'since': queries.told(queries.MOMENT, 'Begun then or later.'),
            'until': queries.told(queries.MOMENT, 'Begun before.'),
            'all': queries.told(queries.FLAG, 'Those that are hidden too.'),
            'limit': queries.LIMIT,
            'marker': queries.MARKER,
        },
        refusals=(404,),
    ),
    'show': Operation(
        'One run, with the reasons why what is pending waits',
        {200: answers.shape({'run': answers.of('RunInDetail')})},
    ),
    'hide': Operation(
        'Take a finished run out of lists; its history stays',
        {204: None},
        refusals=(409,),
    ),
    'stop': Operation(
        'Ask for a graceful stop',
        {202: _RUN},
        body=fields.body({}),
        refusals=(409,),
    ),
    'cancel': Operation(
        'Ask that running attempts are ended and the rest given up',
        {202: _RUN},
        body=fields.body({}),
        refusals=(409,),
    ),
    'resume': Operation(
        'Go on with a run: what failed, was blocked or never started',
        {
            202: answers.shape(
                {'run': answers.of('Run'), 'changed_tasks': answers.TEXTS}
            )
        },
        body=fields.body({'skip': {**fields.TEXTS, 'minItems': 0}}),
        refusals=(409,),
    ),
    'nodes': Operation(
        'Counts by state for each node; node null is what has no node',
        {
            200: answers.shape(
                {
                    'nodes': answers.listed(
                        answers.shape(
                            {'node': answers.TEXT_OR_NULL, 'counts': COUNTS}
                        )
                    ),
                    'next': answers.NEXT,
                }
            )
        },
        query=_PROGRESS,
    ),
    'tasks': Operation(
        'Counts by state for each task, on all its nodes',
        {
            200: answers.shape(
                {
                    'tasks': answers.listed(
                        answers.shape(
                            {
                                'task': answers.TEXT,
                                'graph_type': answers.TEXT_OR_NULL,
                                'counts': COUNTS,
                            }
                        )
                    ),
                    'next': answers.NEXT,
                }
            )
        },
        query=_PROGRESS,
    ),
}
