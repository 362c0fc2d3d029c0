"""How many executions run at once: per node, per task and per run."""

import collections
import heapq
import itertools
import math
from collections.abc import Iterator, Mapping

from trailmark.engine import futures

_Entry = tuple[float, int, futures.Future]


class Throttle:
    """Holds what waits for a slot.

    A future waits in the heap of its node; when its node is free but its
    task is at its limit, in the heap of its task. Every event looks only at
    what it changed. Limits by task number; None means any number.
    """

    def __init__(
        self,
        per_node: int = 1,
        per_task: Mapping[int, int] | None = None,
        per_run: int | None = None,
    ) -> None:
        self._per_node = per_node
        self._per_task = per_task or {}
        self._per_run = math.inf if per_run is None else per_run
        self._of_node: dict[int, list[_Entry]] = collections.defaultdict(list)
        self._of_task: dict[int, list[_Entry]] = collections.defaultdict(list)
        self._busy_nodes: collections.Counter[int] = collections.Counter()
        self._busy_tasks: collections.Counter[int] = collections.Counter()
        self._busy = 0
        self._changed: dict[int, None] = {}
        self._count = itertools.count()

    def add(self, future: futures.Future) -> None:
        """Let a future wait for its slot, the longest path first."""
        first = math.inf if future.atom.again else future.atom.priority
        self._push((-first, next(self._count), future))

    def _push(self, entry: _Entry) -> None:
        node = entry[2].atom.node
        heapq.heappush(self._of_node[node], entry)
        self._changed[node] = None

    def take(self) -> Iterator[futures.Future]:
        """What may start now; each that is taken holds a slot."""
        while self._changed and self._busy < self._per_run:
            node = next(iter(self._changed))
            waiting = self._of_node[node]
            if not waiting or self._busy_nodes[node] >= self._per_node:
                del self._changed[node]
                continue
            entry = heapq.heappop(waiting)
            future = entry[2]
            if not future.is_waiting:
                continue
            if self._is_at_limit(future.number):
                heapq.heappush(self._of_task[future.number], entry)
                continue
            self._occupy(future, 1)
            yield future

    def _is_at_limit(self, task: int) -> bool:
        limit = self._per_task.get(task)
        return limit is not None and self._busy_tasks[task] >= limit

    def _occupy(self, future: futures.Future, slots: int) -> None:
        self._busy += slots
        self._busy_nodes[future.atom.node] += slots
        self._busy_tasks[future.number] += slots

    def release(self, future: futures.Future) -> None:
        """Give the slot of a future that was taken back."""
        self._occupy(future, -1)
        self._changed[future.atom.node] = None
        waiting = self._of_task[future.number]
        while waiting:
            entry = heapq.heappop(waiting)
            if not entry[2].is_waiting:
                continue
            self._push(entry)
            if self._busy_nodes[entry[2].atom.node] < self._per_node:
                break

    def reason(self, future: futures.Future) -> str:
        """Why a future that waits does so."""
        if self._busy_nodes[future.atom.node] >= self._per_node:
            return 'its node is busy'
        if self._is_at_limit(future.number):
            return 'its task runs on as many nodes as its strategy allows'
        return 'the run is at its limit'
