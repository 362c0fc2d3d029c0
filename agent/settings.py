"""How an agent that is a process of its own serves its node."""

import dataclasses
import pathlib


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Options of [agent] that it reads; conf/agent.py explains them.

    `state_dir` is the folder that the agents of the node share.
    """

    state_dir: pathlib.Path
    #: The node whose files the agents of others fetch.
    master: str
    work_folder: pathlib.Path | None = None
    workers: int = 64
    report_interval: float = 2.0
    stale_seconds: float = 10.0
    drain_seconds: float = 10.0
    journal_days: int = 7
    environment: tuple[str, ...] = ()
