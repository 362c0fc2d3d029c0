"""Operations of nodes that Fuel alone has, and its keys of them."""

from collections.abc import Mapping

from trailmark.api import fields
from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema

NODE: Mapping[str, Schema] = {
    'status': answers.either(
        *('discover', 'deploying', 'ready', 'error', 'stopped')
    ),
    'progress': {'type': 'integer', 'minimum': 0, 'maximum': 100},
    'online': answers.FLAG,
    'error_type': answers.TEXT_OR_NULL,
    'hostname': answers.ANY,
    'labels': answers.OBJECT,
    'meta': answers.OBJECT,
    'pending_roles': answers.TEXTS,
    'pending_addition': answers.FLAG,
    'pending_deletion': answers.FLAG,
    **{
        name: {'description': 'The attribute of the node, or null.'}
        for name in (
            *('ip', 'mac', 'fqdn', 'os_platform', 'platform_name'),
            *('manufacturer', 'kernel_params', 'group_id'),
        )
    },
}
#: What Fuel's client changes of a node, beside its name.
CHANGED_NODE: Mapping[str, Schema] = {
    'hostname': fields.TEXT,
    'labels': {
        'type': 'object',
        'additionalProperties': {'type': ['string', 'null']},
    },
}
OPERATIONS: Operations = {
    'delete': Operation(
        'Remove the nodes of these ids; their history stays',
        {204: None},
        query={'ids': {**queries.NUMBERS, 'minItems': 1, 'needed': True}},
        refusals=(404, 409),
    )
}
