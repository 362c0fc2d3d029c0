"""The drivers that are installed, and the types of task that they bring."""

import dataclasses
import functools
import inspect
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import stevedore

from trailmark.common import exceptions, states, tasktypes
from trailmark.drivers import base, packages, settings

LOG = logging.getLogger(__name__)
NAMESPACE = 'trailmark.drivers'


class Broken(base.Driver):
    """Stands for a driver that is installed but can't be used."""

    quick = True
    quick_noop = True

    def __init__(self, name: str, why: str) -> None:
        self.type = tasktypes.TaskType(name, {'type': 'object'}, refusal=why)

    def refusal(self) -> str | None:
        """What is wrong with the driver."""
        return self.type.refusal

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """Nothing, and why."""
        return (base.Step(f'nothing can be done: {self.type.refusal}'),)

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Fail."""
        return base.Result(
            states.ExecutionState.ERROR, self.type.refusal, 'DriverError'
        )


@functools.cache
def drivers(
    options: settings.Settings = settings.DEFAULT,
) -> Mapping[str, base.Driver]:
    """Every installed driver by the name of its type, set up as configured.

    One that can't be used is logged and broken: its tasks are refused.
    """
    brought: dict[str, list[base.Driver]] = {}
    for driver in _load():
        brought.setdefault(driver.type.name, []).append(driver)
    for name in sorted(options.named() - brought.keys()):
        LOG.warning(
            "[agent] allowed_drivers names %s, which isn't installed", name
        )
    return {
        name: _set_up(_only(name, found), options)
        for name, found in brought.items()
    }


def catalog(
    options: settings.Settings = settings.DEFAULT,
) -> tasktypes.Catalog:
    """Every known type of task by its name."""
    brought = {name: each.type for name, each in drivers(options).items()}
    return {**brought, **tasktypes.BUILT_IN}


def driver(name: str) -> base.Driver:
    """The driver of a type; raises UnknownDriver."""
    found = drivers().get(name)
    if found is None:
        raise exceptions.UnknownDriver(name=name)
    return found


def _load() -> Iterator[base.Driver]:
    broken: list[base.Driver] = []

    def fail(_manager: Any, point: Any, error: BaseException) -> None:
        broken.append(_broken(point, error))

    found = stevedore.ExtensionManager(
        NAMESPACE, invoke_on_load=True, on_load_failure_callback=fail
    )
    for each in found:
        try:
            yield _labelled(each.obj, packages.of(each.entry_point))
        except Exception as error:
            fail(None, each.entry_point, error)
    yield from broken


def _broken(point: Any, error: BaseException) -> Broken:
    package = packages.of(point)
    why = f'its driver in package {package} is not loaded: {_named(error)}'
    LOG.error('Type %s: %s', point.name, why)
    made = Broken(point.name, why)
    made.type = _with_package(made.type, package)
    return made


def _named(error: BaseException) -> str:
    """An error in one line."""
    return f'{type(error).__name__}: {error}'.partition('\n')[0]


def _labelled(driver: Any, package: packages.Package) -> base.Driver:
    """The driver, whose type says where it comes from; raises TypeError, \
SchemaError."""
    if not isinstance(driver, base.Driver):
        raise TypeError(f'{driver!r} is no trailmark.drivers.base.Driver')
    if not package.is_own:  # Ours are tested; this takes milliseconds.
        schema = driver.type.parameters
        jsonschema.Draft202012Validator.check_schema(schema)
    said = driver.type.description or _first_line(driver)
    described = dataclasses.replace(driver.type, description=said)
    driver.type = _with_package(described, package)
    return driver


def _first_line(driver: base.Driver) -> str:
    return (inspect.getdoc(driver) or '').partition('\n')[0]


def _with_package(
    kind: tasktypes.TaskType, package: packages.Package
) -> tasktypes.TaskType:
    return dataclasses.replace(
        kind, package=package.name, version=package.version
    )


def _only(name: str, found: list[base.Driver]) -> base.Driver:
    """The driver of a type; a broken one if several packages bring it."""
    if len(found) == 1 and name not in tasktypes.BUILT_IN:
        return found[0]
    named = [f'{each.type.package} {each.type.version}' for each in found]
    if name in tasktypes.BUILT_IN:
        named.append('Trailmark itself')
    why = f'{" and ".join(named)} bring it: uninstall all but one'
    LOG.error('Type %s: %s', name, why)
    return Broken(name, why)


def _set_up(driver: base.Driver, options: settings.Settings) -> base.Driver:
    driver.options = options
    try:
        refusal = driver.refusal()
    except Exception as error:
        refusal = f'its driver fails: {_named(error)}'
        LOG.error('Type %s: %s', driver.type.name, refusal)
    driver.type = dataclasses.replace(driver.type, refusal=refusal)
    return driver
