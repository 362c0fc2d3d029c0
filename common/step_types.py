"""Types of the steps that clusters go through (seed 001)."""

from collections.abc import Iterator, Mapping, Sequence

#: In the order in which they are told.
TYPES = ('creating', 'scaling', 'deleting')
#: Names of steps by their type.
Names = Mapping[str, Sequence[str]]


def listed(names: Names) -> Iterator[tuple[str, str]]:
    """Type and name of each step, in the order in which they are said."""
    for kind in TYPES:
        for name in names.get(kind, ()):
            yield kind, name
