"""What the command line needs of the process that serves it the API."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import httpx


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How to connect: paths of configuration files, in their order.

    Where `endpoint` names the URL of an API it is asked there, by a `user`
    with a `password` if they are given.
    """

    config_files: tuple[str, ...] = ()
    endpoint: str | None = None
    user: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)


class Connection(Protocol):
    """The API, and the runs that this process drives."""

    @property
    def client(self) -> 'httpx.Client':
        """A client of the API, whose URLs begin with /api/v1."""

    @property
    def hands_over(self) -> bool:
        """Whether runs are left to engines that are services."""

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """Wait, at most `timeout` seconds, until this process no longer
        drives the run; whether that is so."""

    def failure(self, run: int) -> Exception | None:
        """Why this process could not go on driving the run, if so."""

    def close(self) -> None:
        """Let go of everything that is open."""


#: Opens a connection; raises errors of common.exceptions.
Connect = Callable[[Options], Connection]
