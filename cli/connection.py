"""What the command line needs of the process that serves it the API."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import httpx


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How to connect: paths of configuration files, in their order.

    Where `endpoint` names the URL of an API it is asked there, by a `user`
    with a `password` if they are given; `cacert` is a file of certificates
    that its own is checked against.
    """

    config_files: tuple[str, ...] = ()
    endpoint: str | None = None
    user: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)
    cacert: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """What happened in a run: `kind` is transition or run, as `data` is."""

    kind: str
    data: dict[str, Any]


class Events(Protocol):
    """The events of a run, as the API tells them."""

    @property
    def is_deaf(self) -> bool:
        """Whether they can't be heard: the run is to be asked for instead."""

    def news(self, seconds: float) -> list[Event]:
        """What has happened since the last time, after waiting for it.

        Raises EndpointUnreachable while there is no API to tell it.
        """

    def close(self) -> None:
        """Hear nothing more."""


class Connection(Protocol):
    """The API, and the runs that this process drives."""

    @property
    def client(self) -> 'httpx.Client':
        """A client of the API, whose URLs begin with /api/v1."""

    @property
    def hands_over(self) -> bool:
        """Whether runs are left to engines that are services."""

    @property
    def stops(self) -> bool:
        """Whether Ctrl-C stops a run that was handed over too, like one of
        this process; else it ends the following alone."""

    def events(self, run: int, after: int) -> Events | None:
        """What happens in a run after a transition; None to ask for it."""

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """Wait, at most `timeout` seconds, until this process no longer
        drives the run; whether that is so."""

    def failure(self, run: int) -> Exception | None:
        """Why this process could not go on driving the run, if so."""

    def close(self) -> None:
        """Let go of everything that is open."""


#: Opens a connection; raises errors of common.exceptions.
Connect = Callable[[Options], Connection]
