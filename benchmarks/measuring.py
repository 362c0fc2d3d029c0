"""CPU, wall time and memory of a phase, printed as one JSON line."""

import contextlib
import json
import resource
import time
from collections.abc import Iterator


@contextlib.contextmanager
def phase(into: dict[str, float], name: str) -> Iterator[None]:
    """Add the seconds of process CPU and of wall time that this took."""
    cpu, wall = time.process_time(), time.monotonic()
    yield
    into[f'{name}_cpu_s'] = round(time.process_time() - cpu, 3)
    into[f'{name}_wall_s'] = round(time.monotonic() - wall, 3)


def max_rss_mb() -> float:
    """The most memory that this process has ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(**values: object) -> None:
    """Print one line of results."""
    print(json.dumps(values), flush=True)
