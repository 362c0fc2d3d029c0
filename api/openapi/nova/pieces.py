"""What operations of Nova have in common."""

from trailmark.api.openapi import answers, queries

LIMIT = {
    **queries.NUMBER,
    'description': 'Entries of a page, from 0 up; more than 1000 are 1000.',
}
_VERSION = {
    **queries.TEXT,
    'description': 'The version 2.N that is asked for, or `latest`.',
    'examples': ['compute 2.84', '2.84'],
}
#: Which version is asked for, the old way too.
HEADERS = {
    'OpenStack-API-Version': _VERSION,
    'X-OpenStack-Nova-API-Version': _VERSION,
}
LINK = answers.shape({'rel': answers.TEXT, 'href': answers.TEXT})
LINKS = answers.listed(LINK)
