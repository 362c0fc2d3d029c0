"""What operations of Sahara have in common."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Schema
from trailmark.common import step_types

#: A moment as seed 001 writes it.
TIME_OR_NULL: Schema = {
    'type': ['string', 'null'],
    'pattern': '^[0-9]{4}-[01][0-9]-[0-3][0-9] [0-9:]{8}[.][0-9]{6}$',
}
#: Version 1.1 has it in its path.
HEADERS: Mapping[str, Schema] = {
    'OpenStack-Project-ID': queries.told(
        queries.TEXT, 'The project of the token, in version 2.'
    )
}
#: Whose a thing is: version 2 has the first of them, version 1.1 the other.
OWNER: Mapping[str, Schema] = {
    'project_id': answers.TEXT,
    'tenant_id': answers.TEXT,
}
EVENT = answers.shape(
    {
        'id': answers.TEXT,
        'cluster_id': answers.TEXT,
        'node_group_id': answers.TEXT_OR_NULL,
        'instance_id': answers.TEXT_OR_NULL,
        'instance_name': answers.TEXT_OR_NULL,
        'provisioning_step_id': answers.TEXT,
        'step_id': answers.TEXT,
        'event_info': answers.TEXT_OR_NULL,
        'successful': answers.FLAG,
        'created_at': TIME_OR_NULL,
        'updated_at': TIME_OR_NULL,
        'error_id': answers.TEXT_OR_NULL,
        'traceback': answers.TEXT_OR_NULL,
    },
    'traceback',
)
STEP = answers.shape(
    {
        'id': answers.TEXT,
        'cluster_id': answers.TEXT,
        **OWNER,
        'step_name': answers.TEXT,
        'step_type': answers.either(*step_types.TYPES),
        'completed': answers.COUNT,
        'total': answers.COUNT,
        'successful': {'type': ['boolean', 'null']},
        'created_at': TIME_OR_NULL,
        'started_at': answers.COUNT_OR_NULL,
        'completed_at': answers.COUNT_OR_NULL,
        'updated_at': TIME_OR_NULL,
        'info': answers.TEXT,
        'events': answers.listed(EVENT),
    },
    *(*OWNER, 'events'),
)
