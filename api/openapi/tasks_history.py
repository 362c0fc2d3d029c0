"""Operations of rows of the history."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema
from trailmark.common import states

ROW: Mapping[str, Schema] = {
    'id': answers.ID,
    'deployment_task_id': answers.ID,
    'node_id': {'type': ['integer', 'string', 'null']},
    'node_name': answers.TEXT_OR_NULL,
    'task_id': answers.COUNT,
    'task_name': answers.TEXT,
    'graph_type': answers.TEXT,
    'time_start': answers.COUNT_OR_NULL,
    'time_end': answers.COUNT_OR_NULL,
    'status': answers.either(*states.ExecutionState),
    'attempt': answers.COUNT,
    'message': answers.TEXT_OR_NULL,
    'summary': answers.OBJECT_OR_NULL,
}
SCHEMAS: Mapping[str, Schema] = {'Execution': answers.shape(ROW, 'summary')}
_ROWS = answers.listed(answers.shape({**ROW, 'summary': answers.OBJECT}))
_PAGE = answers.shape(
    {
        'tasks_history': answers.listed(answers.of('Execution')),
        'next': answers.NEXT,
    }
)
CHOSEN = {
    'cluster': queries.TEXT,
    'nodes': queries.told(queries.TEXTS, 'Names or ids of nodes.'),
    'statuses': queries.words(states.ExecutionState),
    'tasks': queries.told(queries.TEXTS, 'Names of tasks, or type:name.'),
    'graph_type': queries.told(queries.TEXTS, 'Types of graphs.'),
}
_QUERY = {
    **CHOSEN,
    'summary': queries.told(queries.FLAG, 'With the summary of each.'),
    'limit': queries.LIMIT,
    'marker': queries.MARKER,
}
OPERATIONS: Operations = {
    'index': Operation(
        'A page of rows of a run, a cluster or nodes',
        {200: _PAGE},
        query={'run': queries.NUMBER, **_QUERY},
        refusals=(404,),
    ),
    'of_run': Operation(
        'A page of rows of one run', {200: _PAGE}, query=_QUERY
    ),
    'of_cluster': Operation(
        'A page of rows of all runs of a cluster', {200: _ROWS}, query=_QUERY
    ),
    'of_node': Operation(
        'A page of rows of all runs on a node', {200: _ROWS}, query=_QUERY
    ),
}
