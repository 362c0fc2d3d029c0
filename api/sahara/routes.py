"""What of the API is Sahara's alone: method, path, view."""

from collections.abc import Callable

from trailmark.api import calls
from trailmark.api.sahara import clusters, envelopes, plugins, progress

View = Callable[..., calls.Answer]

_VIEWS: tuple[tuple[str, str, View], ...] = (
    ('GET', '/clusters', clusters.index),
    ('GET', '/clusters/<cluster>', clusters.show),
    ('GET', '/clusters/<cluster>/progress', progress.show),
    ('POST', '/clusters/<cluster>/progress', progress.report),
    ('GET', '/plugins', plugins.index),
    ('GET', '/plugins/<plugin>', plugins.show),
)
#: Version 1.1 names the tenant; of version 2 it stands in the token.
ROUTES: tuple[tuple[str, str, View], ...] = tuple(
    (method, f'{root}{path}', view)
    for root in (f'{envelopes.V1}/<tenant>', envelopes.V2)
    for method, path, view in _VIEWS
)
