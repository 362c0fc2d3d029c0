"""Operations of sequences of graphs."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.fuel import executions, transactions
from trailmark.api.openapi.operations import Operation, Operations, Schema

_FIELDS = {'name': fields.TEXT, 'graphs': executions.GRAPHS}
SCHEMAS: Mapping[str, Schema] = {
    'Sequence': answers.shape(
        {
            'id': answers.ID,
            'release_id': answers.ID,
            'release': answers.TEXT,
            'name': answers.TEXT,
            'graphs': answers.listed(answers.OBJECT),
        }
    )
}
_SEQUENCE = answers.of('Sequence')
OPERATIONS: Operations = {
    'index': Operation(
        "All of them, or those of a release, of a cluster's release, by name",
        {200: answers.listed(_SEQUENCE)},
        query={
            'release': queries.TEXT,
            'cluster': queries.TEXT,
            'name': queries.TEXT,
            'limit': queries.PAGE_SIZE,
            'marker': queries.AFTER_ID,
        },
        refusals=(404,),
    ),
    'show': Operation('One of them', {200: _SEQUENCE}),
    'create': Operation(
        'A new one; `id` and `release_id` are not used',
        {201: _SEQUENCE},
        body=fields.body(
            {
                **_FIELDS,
                'release': fields.NAME_OR_ID,
                'id': fields.ID,
                'release_id': fields.ID,
            },
            ('release', 'name', 'graphs'),
        ),
        refusals=(404, 409),
    ),
    'update': Operation(
        'Change its name, its graphs, or both',
        {200: _SEQUENCE},
        body={**fields.body(_FIELDS), 'minProperties': 1},
        refusals=(409,),
    ),
    'delete': Operation('Delete it; runs of it stay', {204: None}),
    'execute': Operation(
        'Begin a run of its graphs on a cluster of its release',
        {200: transactions.TRANSACTION, 202: transactions.TRANSACTION},
        body=fields.body(
            {'cluster': fields.ID, **executions.MODES}, ('cluster',)
        ),
        refusals=(409,),
    ),
}
