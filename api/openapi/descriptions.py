"""Operations of the description of the API itself."""

from trailmark.api.openapi.operations import Operation, Operations

OPERATIONS: Operations = {
    'document': Operation(
        'This document', {200: {'type': 'object', 'required': ['openapi']}}
    ),
}
