"""Operations of plugins."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations
from trailmark.api.openapi.sahara import pieces
from trailmark.common import step_types

_KEYS = {
    'name': answers.TEXT,
    'title': answers.TEXT,
    'description': answers.TEXT,
    'versions': answers.TEXTS,
    'plugin_labels': answers.OBJECT,
    'version_labels': answers.OBJECT,
}
_STEPS = answers.shape(dict.fromkeys(step_types.TYPES, answers.TEXTS))
OPERATIONS: Operations = {
    'index': Operation(
        'Plugins by id',
        {
            200: answers.shape(
                {'plugins': answers.listed(answers.shape(_KEYS))}
            )
        },
        headers=pieces.HEADERS,
        passes_unknown=True,
    ),
    'show': Operation(
        'One plugin, with its steps by their types',
        {
            200: answers.shape(
                {
                    'plugin': answers.shape(
                        {**_KEYS, 'provisioning_steps': _STEPS}
                    )
                }
            )
        },
        headers=pieces.HEADERS,
        passes_unknown=True,
    ),
}
