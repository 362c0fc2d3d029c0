"""Operations of versions of the compute API."""

from trailmark.api.openapi import answers
from trailmark.api.openapi.nova import pieces
from trailmark.api.openapi.operations import Operation, Operations

_VERSION = answers.shape(
    {
        'id': answers.TEXT,
        'status': answers.TEXT,
        'version': answers.TEXT,
        'min_version': answers.TEXT,
        'updated': answers.TEXT,
        'links': pieces.LINKS,
        'media-types': answers.listed(answers.named(answers.TEXT)),
    }
)
OPERATIONS: Operations = {
    'show': Operation(
        'The one version that is served, with its microversions',
        {200: answers.shape({'version': _VERSION})},
        headers=pieces.HEADERS,
    )
}
