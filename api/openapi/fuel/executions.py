"""Operations of runs that are begun as Fuel's clients ask for them."""

from trailmark.api import fields
from trailmark.api.openapi.fuel import transactions
from trailmark.api.openapi.operations import Operation, Operations

_NAMES = {'type': 'array', 'items': fields.TEXT}
#: Tasks that may be on nodes: texts, or null for a side that is open.
_ENDS = {
    'type': ['array', 'string', 'null'],
    'items': fields.TEXT_OR_NULL,
    'maxLength': 10000,
    'maxItems': 1000,
}
MODES = {
    'dry_run': fields.FLAG,
    'noop_run': fields.FLAG,
    'force': fields.FLAG,
    'debug': fields.FLAG,
}
GRAPHS = {
    'type': 'array',
    'minItems': 1,
    'items': fields.body(
        {
            'type': fields.TYPE,
            'nodes': {'type': 'array', 'items': fields.ID},
            'tasks': _NAMES,
        },
        ('type',),
    ),
}
OPERATIONS: Operations = {
    'create': Operation(
        'Begin a run of the graphs that the body names',
        {200: transactions.TRANSACTION, 202: transactions.TRANSACTION},
        body=fields.body(
            {
                'cluster': fields.ID,
                'graphs': GRAPHS,
                'subgraphs': {
                    'type': 'array',
                    'maxItems': 1000,
                    'items': fields.body({'start': _ENDS, 'end': _ENDS}),
                },
                **MODES,
            },
            ('cluster', 'graphs'),
        ),
        refusals=(404, 409),
    )
}
