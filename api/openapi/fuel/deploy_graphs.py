"""Operations of graphs that are drawn for clients of Fuel."""

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations

OPERATIONS: Operations = {
    'show': Operation(
        'The merged graph of a cluster as a DOT text',
        {200: None},
        query={
            'graph_type': queries.TEXT,
            'tasks': queries.told(queries.TEXTS, 'All others are grey.'),
            'parents_for': queries.told(
                queries.TEXT, 'A task, with what it comes after.'
            ),
            'remove': queries.told(queries.TEXTS, 'Types to leave out.'),
        },
        media={'text/vnd.graphviz': answers.TEXT},
    )
}
