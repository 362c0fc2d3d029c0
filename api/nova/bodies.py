"""Schemas of the bodies that ask for tasks of servers."""

from collections.abc import Mapping
from typing import Any

from trailmark.api import fields

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    'server_task': fields.body({'action': fields.TEXT}, ('action',)),
    # Of an action by its name; what Nova's clients say of it is not used.
    'server_action': {
        'type': 'object',
        'minProperties': 1,
        'maxProperties': 1,
    },
}
