"""What can be set about how runs are driven."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Times are seconds; `max_running` None means any number.

    `flush_interval` is the least time between two flushes while more than
    `busy_from` attempts are in flight.
    """

    lease_seconds: float = 30.0
    accept_timeout: float = 5.0
    cancel_timeout: float = 30.0
    agent_timeout: float = 300.0
    deadline_grace: float = 30.0
    max_interruptions: int = 3
    executions_per_node: int = 1
    max_running: int | None = None
    flush_interval: float = 0.02
    busy_from: int = 16
    pulse: float = 1.0
    summary_limit: int = 65536
