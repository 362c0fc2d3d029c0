"""Operations of types of task."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations
from trailmark.common import tasktypes

_KEYS = {
    'name': answers.TEXT,
    'description': answers.TEXT,
    'package': answers.TEXT,
    'version': answers.TEXT,
    'place': answers.either(*tasktypes.Place),
    'timeout': answers.NUMBER_OR_NULL,
    'retries': answers.COUNT_OR_NULL,
    'interval': answers.NUMBER_OR_NULL,
    'guarded': answers.FLAG,
    'refusal': answers.TEXT_OR_NULL,
}
OPERATIONS: Operations = {
    'index': Operation(
        'Every known type, by name',
        {
            200: answers.shape(
                {'drivers': answers.listed(answers.shape(_KEYS))}
            )
        },
    ),
    'show': Operation(
        'One type, with the JSON schema of its parameters',
        {
            200: answers.shape(
                {
                    'driver': answers.shape(
                        {**_KEYS, 'parameters': answers.OBJECT}
                    )
                }
            )
        },
    ),
}
