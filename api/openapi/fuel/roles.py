"""Operations of roles of releases and clusters."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

_ROLE = answers.shape(
    {
        'name': answers.TEXT,
        'meta': answers.shape(
            {
                'name': answers.TEXT,
                'description': answers.TEXT_OR_NULL,
                'group': answers.TEXT_OR_NULL,
                'conflicts': answers.ANY,
                'has_primary': answers.FLAG,
                'tags': answers.TEXTS,
            }
        ),
        'volumes_roles_mapping': answers.listed(answers.ANY),
    }
)
OPERATIONS: Operations = {
    'index': Operation(
        'The roles that nodes can have there, by name',
        {200: answers.listed(_ROLE)},
    ),
    'show': Operation('One role', {200: _ROLE}),
}
