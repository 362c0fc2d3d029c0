"""Operations of clusters."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.fuel import clusters as fuel
from trailmark.api.openapi.operations import Operation, Operations, Schema
from trailmark.common import states

_FIELDS = {
    'name': fields.TEXT,
    'release': fields.NAME_OR_ID,
    'graph_types': {**fields.TYPES, 'type': 'array'},
    'roles': fields.OBJECT_OR_NULL,
    'roles_file': fields.ONE_FILE,
}
_KEYS: Mapping[str, Schema] = {
    'id': answers.ID,
    'name': answers.TEXT,
    'source': answers.TEXT_OR_NULL,
    'release': answers.TEXT,
    'release_id': answers.ID,
    'plugins': answers.TEXTS,
    'graph_types': answers.TEXTS,
    'roles': answers.OBJECT_OR_NULL,
    'nodes_count': answers.COUNT,
    'run_status': {'enum': [*map(str, states.RunState), None]},
    **fuel.CLUSTER,
}
SCHEMAS: Mapping[str, Schema] = {
    'Cluster': answers.shape(_KEYS),
    'ClusterWithNodes': answers.shape(
        {**_KEYS, 'nodes': answers.listed(answers.of('NodeOfCluster'))}
    ),
}
_CLUSTER = answers.of('Cluster')
OPERATIONS: Operations = {
    'index': Operation(
        'All clusters by id',
        {200: answers.listed(_CLUSTER)},
        query={'limit': queries.PAGE_SIZE, 'marker': queries.AFTER_ID},
    ),
    'show': Operation(
        'One cluster with its nodes', {200: answers.of('ClusterWithNodes')}
    ),
    'create': Operation(
        'A new cluster of a release, without nodes',
        {201: _CLUSTER},
        body=fields.body({**_FIELDS, **fuel.NEW_CLUSTER}, ('name',)),
        refusals=(404, 409),
    ),
    'update': Operation(
        'Change what the body names',
        {200: _CLUSTER},
        body=fields.body(_FIELDS),
        refusals=(409,),
    ),
    'delete': Operation(
        'Delete a cluster; its runs and their history stay',
        {204: None},
        refusals=(409,),
    ),
    'enable': Operation(
        'Give the cluster a plugin; nothing happens if it has it',
        {200: _CLUSTER},
        body=fields.body({'plugin': fields.NAME_OR_ID}, ('plugin',)),
        refusals=(409,),
    ),
    'disable': Operation(
        'Take a plugin from the cluster; nothing happens if it has it not',
        {200: _CLUSTER},
        refusals=(409,),
    ),
}
