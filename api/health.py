"""Whether the API lives and can answer, which it is, and how to ask it."""

import importlib.metadata

from trailmark.api import calls
from trailmark.db import installations


def live(call: calls.Call) -> calls.Answer:
    """That the process answers, whatever else is away."""
    return calls.Answer({'status': 'alive'})


def ready(call: calls.Call) -> calls.Answer:
    """That the database answers too. Raises DatabaseUnavailable."""
    installations.identity(call.db)
    return calls.Answer({'status': 'ready'})


def version(call: calls.Call) -> calls.Answer:
    """The version, and whether requests must say who asks."""
    installed = importlib.metadata.version('trailmark')
    return calls.Answer(
        {
            'version': installed,
            'auth_required': call.context.guard.auth_required,
            # What a client of Fuel shows.
            'api': '1',
            'release': installed,
            'feature_groups': [],
            'openstack_version': None,
        }
    )
