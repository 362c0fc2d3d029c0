"""Operations of graphs of releases, plugins and clusters."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema

_AS_WRITTEN: Mapping[str, Schema] = {
    'as_written': queries.told(
        queries.FLAG, 'Tasks as they were written, not in both spellings.'
    )
}
_SHOWN = {**_AS_WRITTEN, **queries.WITH_SECRETS}
_OWNERS = {
    'release': fields.NAME_OR_ID,
    'plugin': fields.NAME_OR_ID,
    'cluster': fields.NAME_OR_ID,
}
SCHEMAS: Mapping[str, Schema] = {
    'Graph': {
        'type': 'object',
        'description': 'A graph with its metadata, which may be anything.',
        'properties': {
            'id': answers.ID_OR_NULL,
            'type': answers.TEXT,
            'level': answers.either('release', 'plugin', 'cluster'),
            'owner': answers.TEXT,
            'revision': answers.ID_OR_NULL,
            'updated_at': answers.TIME_OR_NULL,
            'tasks': answers.listed(answers.OBJECT),
            'relations': answers.listed(
                answers.shape(
                    {
                        'type': answers.TEXT,
                        'model': answers.TEXT,
                        'model_id': answers.ID_OR_NULL,
                    }
                )
            ),
        },
        'required': [
            *('id', 'name', 'type', 'level', 'owner', 'revision'),
            *('updated_at', 'tasks', 'relations'),
        ],
    }
}
_GRAPH = answers.of('Graph')
#: What is wrong with a graph is told with the task and field of each.
_UPLOADED = {'type': 'object'}
_CHANGE = Operation(
    'Change what the body names; tasks are replaced as a whole',
    {200: _GRAPH},
    query=_AS_WRITTEN,
    body=_UPLOADED,
)
_DELETE = Operation('Remove a graph; its revisions stay', {204: None})
OPERATIONS: Operations = {
    'index': Operation(
        'Graphs of the owner',
        {200: answers.listed(_GRAPH)},
        query={
            **_SHOWN,
            # Fuel's clients say it of any owner, and expect no more for it.
            'fetch_related': queries.told(
                queries.FLAG, 'Nothing comes of it.'
            ),
            'limit': queries.PAGE_SIZE,
            'marker': queries.AFTER_ID,
        },
    ),
    'show': Operation('The graph of the type', {200: _GRAPH}, query=_SHOWN),
    'create': Operation(
        'A new graph; there may be none of its type',
        {200: _GRAPH},
        query=_AS_WRITTEN,
        body=_UPLOADED,
        refusals=(409,),
    ),
    'update': _CHANGE,
    'delete': _DELETE,
    'list_all': Operation(
        'Graphs of all owners, or of those that are named',
        {200: answers.listed(_GRAPH)},
        query={
            **_SHOWN,
            'graph_types': queries.TEXTS,
            **{f'{level}s_ids': queries.NUMBERS for level in _OWNERS},
            'fetch_related': queries.told(
                queries.FLAG,
                'Also those of the release and the plugins of clusters.',
            ),
            'limit': queries.PAGE_SIZE,
            'marker': queries.AFTER_ID,
        },
        refusals=(404,),
    ),
    'show_by_id': Operation(
        'One graph, whoever owns it', {200: _GRAPH}, query=_SHOWN
    ),
    'update_by_id': _CHANGE,
    'delete_by_id': _DELETE,
    'upload': Operation(
        "Add or replace a graph by that in the body's files",
        {
            200: answers.shape(
                {
                    'graph': _GRAPH,
                    'changes': answers.TEXTS,
                    'warnings': answers.TEXTS,
                }
            )
        },
        query=_AS_WRITTEN,
        body=fields.body(
            {
                **_OWNERS,
                'type': fields.TYPE,
                'files': fields.FILES,
                'source': {**fields.SOURCE, 'type': ['string', 'null']},
                'strict': fields.FLAG,
            },
            ('files',),
        ),
        refusals=(404,),
    ),
}
