"""Operations of the description of the API itself."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

OPERATIONS: Operations = {
    'document': Operation(
        'This document', {200: {'type': 'object', 'required': ['openapi']}}
    ),
    'page': Operation(
        'A page to read this document on',
        {200: None},
        media={'text/html': answers.TEXT},
    ),
    'style': Operation(
        'The style of that page', {200: None}, media={'text/css': answers.TEXT}
    ),
    'script': Operation(
        'The script of that page',
        {200: None},
        media={'text/javascript': answers.TEXT},
    ),
}
