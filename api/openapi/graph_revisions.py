"""Operations of revisions of graphs."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

_WHICH = {
    'release': queries.TEXT,
    'plugin': queries.TEXT,
    'cluster': queries.TEXT,
    'type': queries.TEXT,
}
_KEYS = {
    'revision': answers.ID,
    'created_at': answers.TIME_OR_NULL,
    'actor': answers.TEXT_OR_NULL,
    'tasks': answers.COUNT_OR_NULL,
    'changes': answers.TEXTS,
}
OPERATIONS: Operations = {
    'index': Operation(
        'Revisions of the graph of an owner, the newest first',
        {200: answers.listed(answers.shape(_KEYS))},
        query={
            **_WHICH,
            'limit': queries.PAGE_SIZE,
            'marker': queries.told(
                queries.NUMBER, 'The page before the revision of this number.'
            ),
        },
        refusals=(404,),
    ),
    'show': Operation(
        'The graph that was this revision, as it was written',
        {200: answers.of('Graph')},
        query={
            **_WHICH,
            'as_written': {
                **queries.FLAG,
                'default': '1',
                'description': 'Tasks as they were written.',
            },
            **queries.WITH_SECRETS,
        },
    ),
}
