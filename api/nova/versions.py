"""What clients read first: which versions of the compute API there are."""

from trailmark.api import calls
from trailmark.api.nova import envelopes, microversions

_MEDIA = 'application/vnd.openstack.compute+json;version=2.1'


def show(call: calls.Call) -> calls.Answer:
    """The one version that is served, with its microversions."""
    links = [{'rel': 'self', 'href': f'{url(call)}/'}]
    return calls.Answer(
        {
            'version': {
                'id': 'v2.1',
                'status': 'CURRENT',
                'version': microversions.text(microversions.MOST),
                'min_version': microversions.text(microversions.LEAST),
                'updated': '2013-07-23T11:33:21Z',
                'links': links,
                'media-types': [{'base': 'application/json', 'type': _MEDIA}],
            }
        }
    )


def url(call: calls.Call, *path: object) -> str:
    """The URL of something, as who asks reaches it."""
    root = call.request.root_url.rstrip('/')
    return '/'.join((f'{root}{envelopes.ROOT}', *map(str, path)))
