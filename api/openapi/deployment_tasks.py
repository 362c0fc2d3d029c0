"""Operations of lists of tasks."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema

_TASKS = answers.listed(answers.OBJECT)
_QUERY: Mapping[str, Schema] = {
    'graph_type': queries.TEXT,
    'as_written': queries.FLAG,
}
_PART = {
    'type': 'string',
    'maxLength': 0,
    'description': 'Parts of Fuel; lists of tasks are whole here.',
    'x-refusal': (
        'lists of tasks are whole: say `subgraphs` or `tasks` of a run instead'
    ),
}
_SHOWN: Mapping[str, Schema] = {**_QUERY, **queries.WITH_SECRETS}
_TOLD: Mapping[str, Schema] = {
    **_SHOWN,
    'provenance': queries.told(
        queries.FLAG, 'With the layer and the file that each comes from.'
    ),
    **dict.fromkeys(('start', 'end', 'include'), _PART),
}
_REPLACE = Operation(
    'Make a plain list of tasks its own graph',
    {200: _TASKS},
    query=_QUERY,
    body={'type': 'array', 'x-refusal': 'a list of tasks is expected'},
)
OPERATIONS: Operations = {
    'merged': Operation(
        'The tasks of a cluster as a run would see them',
        {200: _TASKS},
        query=_TOLD,
    ),
    'of_layer': Operation(
        'The tasks of one layer; of plugins as they are merged',
        {200: _TASKS},
        query=_TOLD,
    ),
    'of_release': Operation(
        'The tasks of a release', {200: _TASKS}, query=_SHOWN
    ),
    'replace_of_cluster': _REPLACE,
    'replace_of_release': _REPLACE,
}
