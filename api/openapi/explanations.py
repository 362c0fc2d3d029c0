"""Operations of explanations."""

from trailmark.api import fields
from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

_ORIGIN = {
    'task': answers.TEXT,
    'field': answers.TEXT,
    'written': answers.ANY,
    'provenance': answers.of('Provenance'),
}
_PLACEMENT = answers.shape(
    {
        **_ORIGIN,
        'written': answers.TEXT,
        'tag': answers.TEXT_OR_NULL,
        'roles': answers.TEXTS,
        'is_group': answers.FLAG,
    }
)
_NEIGHBOURS = answers.listed(
    answers.shape(
        {
            'task': answers.TEXT,
            'count': answers.COUNT,
            'executions': answers.TEXTS,
            'skipped': answers.COUNT,
            'origins': answers.listed(answers.shape(_ORIGIN)),
        }
    )
)
_STEP = answers.shape(
    {'execution': answers.TEXT, 'seconds': answers.NUMBER_OR_NULL}
)
_EXPLANATION = answers.shape(
    {
        'execution': answers.TEXT,
        'type': answers.TEXT,
        'provenance': answers.of('Provenance'),
        'skipped': answers.TEXT_OR_NULL,
        'condition': answers.TEXT_OR_NULL,
        'placements': answers.listed(_PLACEMENT),
        'before': _NEIGHBOURS,
        'after': _NEIGHBOURS,
        'path': answers.shape(
            {
                'seconds': answers.NUMBER,
                'unknown': answers.COUNT,
                'steps': answers.listed(_STEP),
            }
        ),
    }
)
OPERATIONS: Operations = {
    'show': Operation(
        'Why an execution would run where it runs, and after what',
        {
            200: answers.shape(
                {'explanation': _EXPLANATION, 'warnings': answers.TEXTS}
            )
        },
        body=fields.body(
            {**fields.GRAPH, 'execution': fields.TEXT}, ('execution',)
        ),
        refusals=(404,),
    )
}
