"""Operations of nodes."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.fuel import nodes as fuel
from trailmark.api.openapi.operations import Operation, Operations, Schema

_FIELDS = {
    'name': fields.TEXT,
    'roles': {'type': 'array', 'items': fields.TEXT},
    'attributes': {'type': 'object'},
}
_KEPT: Mapping[str, Schema] = {
    'id': answers.ID,
    'name': answers.TEXT,
    'cluster': answers.ID,
    'cluster_name': answers.TEXT,
    'roles': answers.TEXTS,
    'attributes': answers.OBJECT,
    'position': answers.COUNT_OR_NULL,
}
SCHEMAS: Mapping[str, Schema] = {
    'Node': answers.shape({**_KEPT, **fuel.NODE}),
    'NodeOfCluster': answers.shape(_KEPT),
}
_NODE = answers.of('Node')
_SHOW = Operation('One node', {200: _NODE})
_UPDATE = Operation(
    'Change what the body names of a node',
    {200: _NODE},
    body=fields.body({**_FIELDS, **fuel.CHANGED_NODE}),
    refusals=(409,),
)
_DELETE = Operation(
    'Remove a node; its history stays', {204: None}, refusals=(409,)
)
OPERATIONS: Operations = {
    'index': Operation(
        'All nodes by id, or those of a cluster',
        {200: answers.listed(_NODE)},
        query={
            'cluster': queries.TEXT,
            'cluster_id': queries.told(queries.TEXT, 'The same, as Fuel.'),
            'limit': queries.PAGE_SIZE,
            'marker': queries.AFTER_ID,
        },
        refusals=(404,),
    ),
    'create': Operation(
        'A new node of a cluster',
        {201: _NODE},
        body=fields.body(
            {**_FIELDS, 'cluster': fields.NAME_OR_ID}, ('name', 'cluster')
        ),
        refusals=(404, 409),
    ),
    'show': _SHOW,
    'update': _UPDATE,
    'delete': _DELETE,
    'show_of_cluster': _SHOW,
    'update_of_cluster': _UPDATE,
    'delete_of_cluster': _DELETE,
    'import_into': Operation(
        "Add and change the nodes that a file of nodes.yaml's form lists",
        {200: answers.shape({'changes': answers.TEXTS})},
        body=fields.body(
            {'files': fields.FILES, 'replace': fields.FLAG}, ('files',)
        ),
        refusals=(409,),
    ),
}
