"""Engines and agents as statements take and give them."""

import dataclasses

from trailmark.common import liveness


@dataclasses.dataclass(frozen=True, slots=True)
class Engine:
    """An engine that serves. Times are microseconds since the epoch.

    `seen_ago` is how long ago it was last alive, by the database's clock;
    it and `seen_at` are None in what is to be stored.
    """

    name: str
    host: str
    boot_id: str
    pid: int
    process_started: int
    version: str
    started_at: int
    runs: int = 0
    seen_at: int | None = None
    seen_ago: int | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it was heard of lately."""
        return is_recent(self.seen_ago)


@dataclasses.dataclass(frozen=True, slots=True)
class Agent:
    """An agent of a node; `held` is how many attempts it carries out.

    Times as those of an engine. `refused` says why it may not serve.
    """

    node: str
    name: str
    host: str
    pid: int
    version: str
    journal: str
    started_at: int
    drivers: tuple[str, ...] = ()
    workers: int = 0
    held: int = 0
    closing: bool = False
    refused: str | None = None
    seen_at: int | None = None
    seen_ago: int | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it was heard of lately, and is not about to end."""
        return is_recent(self.seen_ago) and not self.closing

    @property
    def serves(self) -> bool:
        """Whether it takes attempts of its node."""
        return self.is_alive and self.refused is None


def is_recent(seen_ago: int | None) -> bool:
    """Whether so many microseconds of silence are no reason to worry."""
    # In the future: the database's clock was set back since.
    return seen_ago is not None and abs(seen_ago) < liveness.LIVE_MICROS
