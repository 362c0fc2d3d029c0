"""Operations of runs that are begun."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations, Schema

BEGUN = {
    'run': answers.of('Run'),
    'warnings': answers.TEXTS,
    'plan': answers.listed(answers.of('PlannedTask')),
}
SCHEMAS: Mapping[str, Schema] = {
    'PlannedTask': answers.shape(
        {
            'task': answers.TEXT,
            'type': answers.TEXT,
            'graph_type': answers.TEXT,
            'nodes': answers.TEXTS,
            'steps': answers.TEXTS,
        }
    )
}
OPERATIONS: Operations = {
    'create': Operation(
        'Begin a run of the graphs that a cluster has now',
        {201: answers.shape(BEGUN, 'plan')},
        body=fields.body(
            {'cluster': fields.NAME_OR_ID, **fields.RUN}, ('cluster',)
        ),
        refusals=(404, 409),
    )
}
