"""Operations that look at graphs which need not be kept."""

from trailmark.api import fields
from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

_VERTEX = answers.shape(
    {
        'name': answers.TEXT,
        'task': answers.TEXT_OR_NULL,
        'node': answers.TEXT_OR_NULL,
        'kind': answers.TEXT,
        'skipped': answers.FLAG,
        'provenance': answers.or_null(answers.of('Provenance')),
    }
)
_EDGE = {**answers.TEXTS, 'minItems': 2, 'maxItems': 2}
OPERATIONS: Operations = {
    'lint': Operation(
        'Everything that is wrong, whether it would refuse a run or not',
        {
            200: answers.shape(
                {'problems': answers.listed(answers.of('Problem'))}
            )
        },
        body=fields.body(fields.GRAPH),
        refusals=(404,),
    ),
    'expand': Operation(
        'The vertices and edges that a run would have',
        {
            200: answers.shape(
                {
                    'vertices': answers.listed(_VERTEX),
                    'edges': answers.listed(_EDGE),
                    'warnings': answers.TEXTS,
                }
            )
        },
        body=fields.body(fields.GRAPH),
        refusals=(404,),
    ),
    'plot': Operation(
        'A drawing: as written, expanded to nodes, or of a run',
        {
            200: answers.shape(
                {'dot': answers.TEXT, 'mermaid': answers.TEXT},
                *('dot', 'mermaid'),
            )
        },
        body=fields.body(
            {
                **fields.GRAPH,
                'expanded': fields.FLAG,
                'run': fields.ID,
                'format': {'enum': ['dot', 'mermaid']},
            }
        ),
        refusals=(404,),
    ),
}
