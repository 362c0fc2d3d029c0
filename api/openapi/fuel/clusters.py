"""Operations of clusters that Fuel alone has, and its keys of them."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.fuel import transactions
from trailmark.api.openapi.operations import Operation, Operations, Schema

CLUSTER: Mapping[str, Schema] = {
    'status': answers.either(
        *('new', 'deployment', 'operational', 'partially_deployed'),
        *('error', 'stopped'),
    ),
    'fuel_version': answers.TEXT_OR_NULL,
    'is_customized': answers.FLAG,
    'changes': answers.listed(answers.ANY),
}
#: What Fuel's client says of a new cluster, beside its name; it brings
#: neither nodes nor tasks, and networks are not Trailmark's.
NEW_CLUSTER: Mapping[str, Schema] = {
    'release_id': fields.ID,
    'nodes': {'type': 'array', 'maxItems': 0},
    'tasks': {'type': 'array', 'maxItems': 0},
    'net_segment_type': fields.TEXT,
}
_TYPES = {'graph_type': queries.told(queries.TEXTS, 'Types of graphs.')}
_NODES = {'nodes': queries.told(queries.NUMBERS, 'Ids of nodes.')}
_MODES = {
    'dry_run': queries.FLAG,
    'noop_run': queries.FLAG,
    'force': queries.told(queries.FLAG, 'Whatever conditions say.'),
}
_BEGUN = {200: transactions.TRANSACTION, 202: transactions.TRANSACTION}


def _begins(summary: str, body: Schema | None = None) -> Operation:
    query = {**_TYPES, **_NODES, **_MODES}
    return Operation(summary, _BEGUN, query, body, refusals=(409,))


OPERATIONS: Operations = {
    'changes': _begins('Run what brings changes about'),
    'redeploy': _begins('The same by force'),
    'deploy': _begins("Run a graph, or the cluster's graphs, on nodes"),
    'provision': _begins('Run the graph `provision`, or another, on nodes'),
    'deploy_tasks': _begins(
        'Run the tasks that the body lists on nodes',
        {'type': 'array', 'items': fields.TEXT, 'minItems': 1},
    ),
    'stop': Operation(
        'Ask the run of a cluster to stop',
        {202: transactions.TRANSACTION},
        refusals=(409,),
    ),
    'reset': Operation(
        'Let nothing that the cluster ran count as its state any more',
        {
            202: {
                'anyOf': [
                    transactions.TRANSACTION,
                    answers.of('NoTransaction'),
                ]
            }
        },
        query={'force': queries.FLAG},
        body=fields.body({}),
        refusals=(409,),
    ),
}
