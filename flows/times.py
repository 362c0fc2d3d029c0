"""Where the time of a run went: long tasks, waits, retries, critical path."""

import bisect
import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from trailmark.flows import plan

#: What one flush writes has times that differ by less, in microseconds.
_SLACK = 50_000
_MOST_TASKS = 5

Key = tuple[int, int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Executed:
    """An execution that was started; all of it in microseconds.

    `ended` is the end of its last attempt so far, `worked` the time in its
    attempts, `earlier` the part of that in those (`repeated` of them) that
    were, or will be, followed by another.
    """

    started: int
    ended: int
    worked: int
    earlier: int = 0
    repeated: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """When a run began, until when it is looked at, when nobody drove it."""

    began: int
    until: int
    pauses: Sequence[tuple[int, int]] = ()

    @property
    def paused(self) -> int:
        """Microseconds in which nobody drove the run."""
        return sum(end - start for start, end in self.pauses)

    def between(self, start: int, end: int) -> int:
        """Microseconds from start to end without pauses; never below 0."""
        lost = sum(
            max(0, min(end, back) - max(start, left))
            for left, back in self.pauses
        )
        return max(0, end - start - lost)


@dataclasses.dataclass(frozen=True, slots=True)
class LongTask:
    """A task whose longest execution is one of the longest of the run."""

    name: str
    nodes: int
    total: int
    longest: int
    longest_name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """Time in which executions could have started, and had not.

    `behind` is what ran on the node of the worst one meanwhile, if it was
    that.
    """

    total: int = 0
    longest: int = 0
    name: str | None = None
    behind: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Retries:
    """Time in attempts that were followed by another, or will be."""

    total: int = 0
    attempts: int = 0
    executions: int = 0
    longest: int = 0
    name: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """An execution on the critical path, and the gap before it.

    `after` says what it followed: `dependency`, `node` (which ran the step
    before it) or `start` of the run.
    """

    name: str
    lasted: int
    gap: int
    after: str


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """Where the time of a run went."""

    tasks: tuple[LongTask, ...]
    waiting: Waiting
    retries: Retries
    path: tuple[Step, ...]


def account(
    planned: plan.Plan, executed: Mapping[Key, Executed], span: Span
) -> Account:
    """The account of a run; `executed` has what was started, by its key."""
    return _Accounting(planned, executed, span).account()


class _Accounting:
    def __init__(
        self, planned: plan.Plan, executed: Mapping[Key, Executed], span: Span
    ) -> None:
        self._planned, self._span = planned, span
        self._ran = {
            number: executed[key]
            for number, key in _keys(planned.vertices)
            if key in executed
        }
        self._latest = self._ended_last()
        self._of_node: dict[int, list[int]] = {}
        for number in sorted(self._ran, key=lambda each: self._end(each)):
            node = planned.vertices[number].node
            self._of_node.setdefault(node, []).append(number)

    def account(self) -> Account:
        return Account(
            tuple(self._tasks()),
            self._waiting(),
            self._retries(),
            tuple(self._path())[::-1],
        )

    def _end(self, number: int) -> int:
        return self._ran[number].ended

    def _name(self, number: int) -> str:
        return self._planned.vertices[number].name

    def _ended_last(self) -> dict[int, int]:
        """What ended last of all that came before a vertex.

        Through barriers, sync points and what never started.
        """
        latest: dict[int, int] = {}
        for number, numbers in enumerate(self._planned.after):
            through = number if number in self._ran else latest.get(number)
            if through is None:
                continue
            for following in numbers:
                known = latest.get(following)
                if known is None or self._end(through) > self._end(known):
                    latest[following] = through
        return latest

    def _needed(self, number: int) -> int | None:
        """What it waited for; not what a resume did once more after it."""
        before = self._latest.get(number)
        if before is None:
            return None
        later = self._ran[before].started >= self._ran[number].started
        return None if later else before

    def _free_at(self, number: int) -> int:
        """When everything before it had ended."""
        before = self._needed(number)
        ended = self._span.began if before is None else self._end(before)
        return min(ended, self._ran[number].started)

    def _held_by(self, number: int) -> int | None:
        """What its node ran after it could have started itself."""
        started, free = self._ran[number].started, self._free_at(number)
        others = self._of_node[self._planned.vertices[number].node]
        at = bisect.bisect_right(others, started + _SLACK, key=self._end)
        for other in reversed(others[:at]):
            if self._end(other) <= free:
                return None
            if self._ran[other].started < started:
                return other
        return None

    def _tasks(self) -> list[LongTask]:
        of_task: dict[int, list[int]] = {}
        for number in self._ran:
            task = self._planned.vertices[number].task
            assert task is not None
            of_task.setdefault(task.number, []).append(number)
        found = [self._task(numbers) for numbers in of_task.values()]
        found.sort(key=lambda each: (-each.longest, -each.total, each.name))
        return found[:_MOST_TASKS]

    def _task(self, numbers: Sequence[int]) -> LongTask:
        worked = [self._ran[number].worked for number in numbers]
        longest = max(worked)
        name = self._name(numbers[worked.index(longest)])
        return LongTask(
            name.rpartition('@')[0] or name,
            len(numbers),
            sum(worked),
            longest,
            name,
        )

    def _waiting(self) -> Waiting:
        waits = {
            number: self._span.between(self._free_at(number), ran.started)
            for number, ran in self._ran.items()
        }
        if not waits:
            return Waiting()
        worst = max(waits, key=lambda each: waits[each])
        held = self._held_by(worst)
        return Waiting(
            sum(waits.values()),
            waits[worst],
            self._name(worst),
            None if held is None else self._name(held),
        )

    def _retries(self) -> Retries:
        again = [number for number, ran in self._ran.items() if ran.repeated]
        if not again:
            return Retries()
        worst = max(again, key=lambda each: self._ran[each].earlier)
        return Retries(
            sum(self._ran[number].earlier for number in again),
            sum(self._ran[number].repeated for number in again),
            len(again),
            self._ran[worst].earlier,
            self._name(worst),
        )

    def _path(self) -> Iterator[Step]:
        """From the end back; every step started before the one after it."""
        if not self._ran:
            return
        number: int | None = max(
            self._ran,
            key=lambda each: (self._end(each), -self._ran[each].started),
        )
        while number is not None:
            ran, held = self._ran[number], self._held_by(number)
            before = self._needed(number) if held is None else held
            after = 'dependency' if held is None else 'node'
            ended = self._span.began if before is None else self._end(before)
            yield Step(
                self._name(number),
                ran.ended - ran.started,
                self._span.between(ended, ran.started),
                'start' if before is None else after,
            )
            number = before


def _keys(vertices: Sequence[plan.Vertex]) -> Iterator[tuple[int, Key]]:
    for number, vertex in enumerate(vertices):
        if vertex.task is not None:
            yield number, (vertex.graph, vertex.node, vertex.task.number)
