"""Operations of servers."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.nova import pieces
from trailmark.api.openapi.operations import Operation, Operations, Schema

_BRIEF: Mapping[str, Schema] = {
    'id': answers.TEXT,
    'name': answers.TEXT,
    'links': pieces.LINKS,
}
_SERVER = answers.shape(
    {
        **_BRIEF,
        'tenant_id': answers.TEXT_OR_NULL,
        'status': answers.either('ACTIVE', 'BUILD', 'DELETED', 'ERROR'),
        'flavor': answers.OBJECT,
        'image': answers.TEXT,
        'addresses': answers.OBJECT,
        'OS-EXT-STS:task_state': answers.TEXT_OR_NULL,
        'metadata': answers.named(answers.TEXT),
        'fault': answers.shape(
            {
                'code': answers.COUNT,
                'created': answers.TEXT,
                'message': answers.TEXT,
                'details': answers.TEXT,
            },
            'details',
        ),
    },
    'fault',
)
_QUERY = {
    'name': queries.told(queries.TEXT, 'A part of it, or ^all of it$.'),
    'status': queries.TEXTS,
    'limit': pieces.LIMIT,
    'marker': queries.AFTER_ID,
    'deleted': queries.told(queries.TEXT, 'Those are not listed.'),
    'all_tenants': queries.told(
        queries.TEXT, 'Whoever may see every project sees it anyway.'
    ),
}


def _list(entry: Schema) -> Schema:
    return answers.shape(
        {'servers': answers.listed(entry), 'servers_links': pieces.LINKS},
        'servers_links',
    )


OPERATIONS: Operations = {
    'index': Operation(
        'Servers by id: their names and links',
        {200: _list(answers.shape(_BRIEF))},
        query=_QUERY,
        headers=pieces.HEADERS,
        refusals=(406,),
    ),
    'detail': Operation(
        'The same with all that is known of each',
        {200: _list(_SERVER)},
        query=_QUERY,
        headers=pieces.HEADERS,
        refusals=(406,),
    ),
    'show': Operation(
        'One server; also one that is deleted, if it has a history',
        {200: answers.shape({'server': _SERVER})},
        headers=pieces.HEADERS,
        refusals=(406,),
    ),
}
