"""The drivers that are installed, and the types of task that they bring."""

import functools
import logging
from collections.abc import Mapping
from typing import Any

import stevedore

from trailmark.common import exceptions, tasktypes
from trailmark.drivers import base

LOG = logging.getLogger(__name__)
NAMESPACE = 'trailmark.drivers'


@functools.cache
def drivers() -> Mapping[str, base.Driver]:
    """Every installed driver by the name of its type."""
    found = stevedore.ExtensionManager(
        NAMESPACE, invoke_on_load=True, on_load_failure_callback=_not_loaded
    )
    return {each.obj.type.name: each.obj for each in found}


def _not_loaded(_manager: Any, entry_point: Any, error: Exception) -> None:
    LOG.error('Driver %s is not loaded: %s', entry_point.name, error)


def catalog() -> tasktypes.Catalog:
    """Every known type of task by its name."""
    brought = {name: each.type for name, each in drivers().items()}
    return {**brought, **tasktypes.BUILT_IN}


def driver(name: str) -> base.Driver:
    """The driver of a type; raises UnknownDriver."""
    found = drivers().get(name)
    if found is None:
        raise exceptions.UnknownDriver(name=name)
    return found
