"""Operations of graphs that are compared."""

from trailmark.api import fields
from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

#: One of two graphs that are compared; an empty one is what is kept now.
_SIDE = {
    **fields.body(
        {
            'level': {'enum': ['release', 'plugins', 'cluster', 'all']},
            'revision': {
                'type': 'integer',
                'minimum': 1,
                'maximum': 2**31 - 1,
            },
            'files': {**fields.FILES, 'minProperties': 1},
        }
    ),
    'maxProperties': 1,
}
_NAMED = answers.shape(
    {'name': answers.TEXT, 'graph': answers.OBJECT}, 'graph'
)
_ORIGIN = answers.or_null(answers.of('Provenance'))
_DIFFERENCE = answers.shape(
    {
        'task': answers.TEXT_OR_NULL,
        'change': answers.either('added', 'removed', 'changed'),
        'field': answers.TEXT_OR_NULL,
        'before': answers.ANY,
        'after': answers.ANY,
        'provenance': answers.shape({'before': _ORIGIN, 'after': _ORIGIN}),
    }
)
OPERATIONS: Operations = {
    'show': Operation(
        'Tasks and fields that differ; with `whole` the graphs too',
        {
            200: answers.shape(
                {
                    'before': _NAMED,
                    'after': _NAMED,
                    'differences': answers.listed(_DIFFERENCE),
                    'warnings': answers.TEXTS,
                }
            )
        },
        body=fields.body(
            {
                'release': fields.NAME_OR_ID,
                'plugin': fields.NAME_OR_ID,
                'cluster': fields.NAME_OR_ID,
                'type': fields.TYPE,
                'before': _SIDE,
                'after': _SIDE,
                'whole': fields.FLAG,
            }
        ),
        refusals=(404,),
    )
}
