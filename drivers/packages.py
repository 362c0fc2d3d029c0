"""Which installed package brings an entry point."""

import dataclasses
import functools
import importlib.metadata

_OWN = 'trailmark'


@dataclasses.dataclass(frozen=True, slots=True)
class Package:
    """An installed package."""

    name: str
    version: str

    @property
    def is_own(self) -> bool:
        """Whether it is Trailmark itself."""
        return self.name == _OWN

    def __str__(self) -> str:
        return f'{self.name} {self.version}'


def of(point: importlib.metadata.EntryPoint) -> Package:
    """The package that brings an entry point.

    Entry points that are cached don't say it themselves.
    """
    if point.module.partition('.')[0] == _OWN:
        return _own()
    return _foreign(point.group).get(
        (point.name, point.value), Package('an unknown package', '')
    )


@functools.cache
def _own() -> Package:
    return Package(_OWN, importlib.metadata.version(_OWN))


@functools.cache
def _foreign(group: str) -> dict[tuple[str, str], Package]:
    return {
        (point.name, point.value): Package(each.metadata['Name'], each.version)
        for each in importlib.metadata.distributions()
        for point in each.entry_points.select(group=group)
    }
