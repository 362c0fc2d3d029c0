"""Clients in a process of their own that ask for one URL again and again.

python benchmarks/pollers.py URL CLIENTS SECONDS
"""

import json
import statistics
import sys
import time
from concurrent import futures

import httpx


def poll(url: str, until: float) -> list[float]:
    """Seconds that each answer took to one client."""
    taken = []
    with httpx.Client(timeout=60) as client:
        while time.monotonic() < until:
            began = time.monotonic()
            client.get(url).raise_for_status()
            taken.append(time.monotonic() - began)
    return taken


def main(url: str, clients: int, seconds: float) -> None:
    """Poll, and print what the clients saw."""
    until = time.monotonic() + seconds
    with futures.ThreadPoolExecutor(clients) as pool:
        each = [pool.submit(poll, url, until) for _ in range(clients)]
        taken = sorted(time for one in each for time in one.result())
    found = {
        'answers': len(taken),
        'p50_ms': round(1000 * statistics.median(taken), 1),
        'p95_ms': round(1000 * taken[int(len(taken) * 0.95)], 1),
        'max_ms': round(1000 * taken[-1], 1),
    }
    print(json.dumps(found))


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
