"""The plugins that are installed, and the steps that they say they have."""

import functools
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import stevedore

from trailmark.common import step_types
from trailmark.plugins import base

LOG = logging.getLogger(__name__)
NAMESPACE = 'trailmark.plugins'
#: Characters that the name of a step has at most.
_LONGEST = 255


@functools.cache
def declared_steps() -> Mapping[str, step_types.Names]:
    """Steps of installed plugins by the plugins' names.

    One that does not say them, or can't be used, is left out: its steps are
    the tasks of its graphs.
    """
    found: dict[str, step_types.Names] = {}
    manager = stevedore.ExtensionManager(
        NAMESPACE, invoke_on_load=True, on_load_failure_callback=_fail
    )
    for each in manager:
        try:
            names = _names(each.name, each.obj)
        except Exception as error:
            _fail(None, each.entry_point, error)
            continue
        if names is not None:
            found[each.name] = names
    return found


def _names(name: str, plugin: Any) -> step_types.Names | None:
    """What a plugin declares; raises TypeError, ValueError."""
    if not isinstance(plugin, base.Plugin):
        raise TypeError(f'{plugin!r} is no trailmark.plugins.base.Plugin')
    plugin.name = name
    said = plugin.get_provisioning_steps()
    if said is None:
        return None
    unknown = sorted(set(said) - set(step_types.TYPES), key=str)
    if unknown:
        raise ValueError(f'there is no type of step {unknown[0]!r}')
    return {kind: _checked(kind, names) for kind, names in said.items()}


def _checked(kind: str, names: Any) -> Sequence[str]:
    if isinstance(names, str) or not all(
        isinstance(name, str) and 0 < len(name) <= _LONGEST for name in names
    ):
        raise ValueError(f'{kind}: names of steps are texts of 1 to 255')
    return tuple(dict.fromkeys(names))


def _fail(_manager: Any, point: Any, error: BaseException) -> None:
    LOG.error(
        'Plugin %s: its steps are those of its graphs: %s: %s',
        *(point.name, type(error).__name__, error),
    )
