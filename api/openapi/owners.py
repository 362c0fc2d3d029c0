"""Operations of releases and plugins."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema

_FIELDS = {
    'name': fields.TEXT,
    'description': {'type': ['string', 'null'], 'maxLength': 10000},
    'roles': fields.OBJECT_OR_NULL,
    'roles_file': fields.ONE_FILE,
}
#: Keys of Fuel.
_OF_RELEASES: Mapping[str, Schema] = {
    'state': answers.TEXT,
    'operating_system': answers.TEXT_OR_NULL,
    'is_deployable': answers.FLAG,
}
_OF_PLUGINS: Mapping[str, Schema] = {
    'title': answers.TEXT,
    'package_version': answers.TEXT,
    'releases': answers.listed(answers.OBJECT),
}
SCHEMAS: Mapping[str, Schema] = {
    'Owner': answers.shape(
        {
            'id': answers.ID,
            'name': answers.TEXT,
            'description': answers.TEXT_OR_NULL,
            'roles': answers.OBJECT_OR_NULL,
            'graph_types': answers.TEXTS,
            'clusters': answers.TEXTS,
            'is_deleted': answers.FLAG,
            'version': answers.TEXT_OR_NULL,
            **_OF_RELEASES,
            **_OF_PLUGINS,
        },
        *(*_OF_RELEASES, *_OF_PLUGINS),
    )
}
_OWNER = answers.of('Owner')
OPERATIONS: Operations = {
    'index': Operation(
        'All of them by id, or those of a cluster',
        {200: answers.listed(_OWNER)},
        query={
            'cluster': queries.TEXT,
            'limit': queries.PAGE_SIZE,
            'marker': queries.AFTER_ID,
        },
        refusals=(404,),
    ),
    'create': Operation(
        'A new one',
        {201: _OWNER},
        body=fields.body(_FIELDS, ('name',)),
        refusals=(409,),
    ),
    'show': Operation('One of them', {200: _OWNER}),
    'update': Operation(
        'Change what the body names',
        {200: _OWNER},
        body=fields.body(_FIELDS),
        refusals=(409,),
    ),
    'delete': Operation(
        'Delete one that no cluster uses, with its graphs',
        {204: None},
        refusals=(409,),
    ),
}
