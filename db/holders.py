"""Who drives a run: a process, known beyond its number."""

from typing import Any, Protocol


class Holder(Protocol):
    """The process that holds a claim."""

    @property
    def host(self) -> str:
        """Name of its machine."""

    @property
    def boot_id(self) -> str:
        """Of the machine since it was started."""

    @property
    def pid(self) -> int:
        """Of the process."""

    @property
    def started(self) -> int:
        """Start time of the process in clock ticks since boot."""


def values(holder: Holder | None) -> dict[str, Any]:
    """Columns of a run that name who drives it."""
    return {
        'host': holder and holder.host,
        'boot_id': holder and holder.boot_id,
        'pid': holder and holder.pid,
        'process_started': holder and holder.started,
    }
