"""CPU, wall time and memory, printed as one JSON line."""

import contextlib
import ctypes
import dataclasses
import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

#: The command under test, in the interpreter that runs the benchmark.
TRAILMARK = (sys.executable, '-m', 'trailmark')


@contextlib.contextmanager
def phase(into: dict[str, float], name: str) -> Iterator[None]:
    """Add the seconds of process CPU and of wall time that this took."""
    cpu, wall = time.process_time(), time.monotonic()
    yield
    into[f'{name}_cpu_s'] = round(time.process_time() - cpu, 3)
    into[f'{name}_wall_s'] = round(time.monotonic() - wall, 3)


def cpu_s(measured: Mapping[str, float], *names: str) -> float:
    """CPU seconds of these phases together; of all without names."""
    return sum(
        value
        for name, value in measured.items()
        if name.endswith('_cpu_s')
        and (not names or name.removesuffix('_cpu_s') in names)
    )


def max_rss_mb() -> float:
    """The most memory that this process has ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Memory:
    """How much more this process came to hold since now, at its highest.

    What is free already is given back first, or it would hide what comes.
    """

    def __init__(self) -> None:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        # 5: the high-water mark begins again at what is held now.
        Path('/proc/self/clear_refs').write_text('5')
        self._before = _status_kb('VmRSS')

    def peak_kb(self) -> int:
        """The most since then, above what was held then."""
        return _status_kb('VmHWM') - self._before


def _status_kb(name: str) -> int:
    for line in Path('/proc/self/status').read_text().splitlines():
        if line.startswith(f'{name}:'):
            return int(line.split()[1])
    raise LookupError(name)


@dataclasses.dataclass(frozen=True)
class Child:
    """What a process and everything it waited for has used."""

    code: int
    cpu_s: float
    wall_s: float
    max_rss_mb: float


def child(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Child:
    """Run a command to its end, with its output thrown away."""
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Child(
        process.returncode,
        used.ru_utime + used.ru_stime,
        time.monotonic() - started,
        used.ru_maxrss / 1024,
    )


def report(**values: object) -> None:
    """Print one line of results."""
    print(json.dumps(values), flush=True)
