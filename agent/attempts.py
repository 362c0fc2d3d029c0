"""One attempt in an agent: it is held, carried out, and its outcome told."""

import dataclasses
import functools
import logging
import pathlib
import threading
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from trailmark.agent import bounds, room, rounds
from trailmark.agent import files as fetching
from trailmark.common import clock, exceptions, secrets, states
from trailmark.drivers import (
    base,
    environments,
    folders,
    groups,
    leftovers,
    sources,
    tests,
)
from trailmark.messaging import contracts, files

LOG = logging.getLogger(__name__)

_DAY = 24 * 3600
Tell = Callable[[rounds.Round], None]
#: Told what an attempt prints; no journal keeps it.
Say = Callable[[str, contracts.Output], None]


class Held:
    """An attempt that this agent has accepted and that has not ended."""

    def __init__(
        self, attempt_id: str, tell: Tell, say: Say | None = None
    ) -> None:
        self.id = attempt_id
        self._tell, self._say = tell, say
        self._lock = threading.Lock()
        self._cancellation: base.Cancellation | None = None
        self._begun = False
        self._asked = False
        #: Its newest checkpoint that was written down here.
        self.reached: str | None = None
        #: Set once its outcome is durable, or another agent has it.
        self.over = threading.Event()

    def begin(self) -> bool:
        """Begin it; False: it was given up while it waited for a thread."""
        with self._lock:
            begun, self._begun = self._begun, True
            return not begun

    def give_up(self) -> bool:
        """Never begin it; False: it has begun."""
        with self._lock:
            begun, self._begun = self._begun, True
            return not begun

    def cancel(self) -> bool:
        """Ask it to end; True: it has not begun and never will."""
        with self._lock:
            self._asked = True
            if self._cancellation is not None:
                self._cancellation.set()
            begun, self._begun = self._begun, True
            return not begun

    def finish(self) -> None:
        """It has ended."""
        with self._lock:
            if self._cancellation is not None:
                self._cancellation.close()
                self._cancellation = None

    @property
    def cancelled(self) -> base.Cancellation:
        """Set when it is to end."""
        with self._lock:
            if self._cancellation is None:
                self._cancellation = base.Cancellation()
                if self._asked:
                    self._cancellation.set()
            return self._cancellation

    def checkpoint(self, text: str) -> None:
        """Write down how far it is and wait until that is durable.

        Raises AttemptTaken, JournalUnavailable.
        """
        answer = rounds.Answer()
        reached = rounds.Reached(self.id, text, answer)
        self._tell(rounds.Round(reached=[reached]))
        if not answer.result():
            raise exceptions.AttemptTaken(attempt=self.id)
        self.reached = text

    def output(self, size: int, tail: str) -> None:
        """Tell what it prints."""
        if self._say is not None:
            self._say(self.id, contracts.Output(size, tail))

    def end(self, outcome: contracts.Outcome) -> rounds.Answer:
        """Write down how it ended. The answer comes when that is durable."""
        answer = rounds.Answer()
        ending = rounds.Ending(outcome, answer)
        self._tell(rounds.Round(endings=[ending]))
        return answer


class Places:
    """Where attempts work: in `work`, or under the state directory.

    Files of master are fetched where they are `given`, else read there.
    """

    def __init__(
        self,
        state_dir: pathlib.Path,
        journal: str,
        work: pathlib.Path | None = None,
        given: files.Files | None = None,
        environment: Sequence[str] = (),
    ) -> None:
        self._given = given
        self._environment = environments.kept(environment)
        self._work = (work or state_dir / 'nodes').absolute()
        self.attempts = state_dir.absolute() / 'attempts' / journal
        self._folders: dict[tuple[str, str], pathlib.Path] = {}

    def job(self, arrival: rounds.Arrival) -> base.Job:
        """An attempt as its driver sees it."""
        attempt, instance = arrival
        scratch = self.scratch(attempt.id)
        return base.Job(
            attempt.id,
            attempt.run,
            instance.cluster,
            instance.node,
            attempt.task,
            attempt.attempt,
            attempt.parameters,
            attempt.timeout,
            self._folder(instance),
            scratch,
            instance.roles,
            instance.attributes,
            attempt.checkpoint,
            attempt.secrets,
            attempt.test_pre,
            attempt.test_post,
            None if attempt.source is None else pathlib.Path(attempt.source),
            self._master(scratch),
            environment=self._environment,
        )

    def _master(self, scratch: pathlib.Path) -> sources.Sources:
        if self._given is None:
            return sources.LOCAL
        return fetching.FetchedFiles(self._given, scratch)

    def scratch(self, attempt_id: str) -> pathlib.Path:
        """An attempt's own folder."""
        return self.attempts / attempt_id

    def old(self) -> set[str]:
        """Attempts whose files are older than a day. Raises OSError."""
        day_ago = time.time() - _DAY
        return {
            each
            for each in folders.attempts(self.attempts)
            if folders.touched_at(self.scratch(each)) < day_ago
        }

    def _folder(self, instance: contracts.Instance) -> pathlib.Path:
        key = instance.cluster, instance.name
        folder = self._folders.get(key)
        if folder is None:
            folder = folders.of_node(self._work, *key)
            self._folders[key] = folder
        return folder


class Crew:
    """The drivers of an agent, at work."""

    def __init__(
        self, drivers: Mapping[str, base.Driver], places: Places
    ) -> None:
        self._drivers = drivers
        self._places = places

    def at_once(self, arrival: rounds.Arrival) -> contracts.Outcome | None:
        """The outcome of what needs no thread; None: it needs one."""
        attempt = arrival[0]
        driver = self._drivers.get(attempt.type)
        if driver is None:
            unknown = exceptions.UnknownDriver(name=attempt.type)
            return _broken(attempt, str(unknown))
        if attempt.noop:
            quick = driver.quick_noop
        else:
            tested = attempt.test_pre or attempt.test_post
            quick = driver.quick and not tested
        if not quick:
            return None
        return self._shielded(
            arrival, functools.partial(_run, _UNWATCHED, attempt.noop)
        )

    def carry_out(
        self, arrival: rounds.Arrival, watch: Held
    ) -> contracts.Outcome:
        """Carry an attempt out, once its machine has room for it.

        Raises AttemptTaken, JournalUnavailable.
        """

        def run(driver: base.Driver, job: base.Job) -> base.Result:
            def work() -> base.Result:
                folders.prepare(job, driver.uses_scratch)
                return _run(watch, arrival[0].noop, driver, job)

            return room.wait_for(job, watch, work)

        return self._shielded(arrival, run, watch)

    def go_on(self, arrival: rounds.Arrival, watch: Held) -> contracts.Outcome:
        """Go on with an attempt whose agent is gone: what it had begun is \
waited for.

        Raises AttemptTaken, JournalUnavailable.
        """

        def run(driver: base.Driver, job: base.Job) -> base.Result:
            job = leftovers.gone_on_with(job)

            def work() -> base.Result:
                return _run(watch, arrival[0].noop, driver, job)

            return room.wait_for(job, watch, work)

        return self._shielded(arrival, run, watch)

    def _shielded(
        self,
        arrival: rounds.Arrival,
        run: Callable[[base.Driver, base.Job], base.Result],
        held: Held | None = None,
    ) -> contracts.Outcome:
        attempt = arrival[0]
        began = clock.now()
        job = self._places.job(arrival)
        try:
            result = run(self._drivers[attempt.type], job)
            outcome = bounds.bounded(_outcome(attempt, result, began))
        except (exceptions.AttemptTaken, exceptions.JournalUnavailable):
            raise
        except exceptions.CommandLost as error:
            known = (held and held.reached) or attempt.checkpoint
            text = folders.last_checkpoint(job.scratch, known)
            outcome = rounds.interrupted(attempt.id, str(error), text)
        except Exception as error:
            traced = secrets.mask_text(traceback.format_exc(), attempt.secrets)
            said = f'{type(error).__name__}: {error}'
            outcome = bounds.bounded(_broken(attempt, said, began, traced))
            LOG.error(
                'Attempt %s: its driver failed: %s',
                *(attempt.id, outcome.message),
            )
            LOG.info('Attempt %s failed at:\n%s', attempt.id, traced)
        return _swept(job, outcome)


def _swept(job: base.Job, outcome: contracts.Outcome) -> contracts.Outcome:
    """Nothing goes on of an attempt that did not succeed."""
    has_left = job.commands.count and not job.commands.are_swept
    if outcome.state == states.ExecutionState.READY or not has_left:
        return outcome
    left = leftovers.end(job.scratch, job.attempt_id)
    return leaving(outcome, left, job.secrets)


def leaving(
    outcome: contracts.Outcome,
    left: Collection[groups.Member],
    hidden: Sequence[str] = (),
) -> contracts.Outcome:
    """The outcome, with what could not be ended in its summary."""
    if not left:
        return outcome
    told = {rounds.LEFT_RUNNING: leftovers.told(left, hidden)}
    return dataclasses.replace(
        outcome, summary={**(outcome.summary or {}), **told}
    )


class _Unwatched:
    """Nobody listens to a driver that is quick."""

    @functools.cached_property
    def cancelled(self) -> base.Cancellation:
        return base.Cancellation()

    def checkpoint(self, text: str) -> None:
        pass

    def output(self, size: int, tail: str) -> None:
        pass


_UNWATCHED = _Unwatched()


def _run(
    watch: base.Watch, noop: bool, driver: base.Driver, job: base.Job
) -> base.Result:
    if noop:
        return driver.noop(job, watch)
    return tests.run_tested(driver, job, watch)


def _broken(
    attempt: contracts.TaskAttempt,
    said: str,
    began: int | None = None,
    traced: str | None = None,
) -> contracts.Outcome:
    return contracts.Outcome(
        attempt.id,
        states.ExecutionState.ERROR,
        secrets.mask_text(said, attempt.secrets),
        'DriverError',
        checkpoint=attempt.checkpoint,
        started_at=began,
        ended_at=clock.now(),
        traceback=traced,
    )


def _outcome(
    attempt: contracts.TaskAttempt, result: base.Result, began: int
) -> contracts.Outcome:
    hidden = attempt.secrets
    message, checkpoint = result.message, result.checkpoint
    return contracts.Outcome(
        attempt.id,
        result.state,
        None if message is None else secrets.mask_text(message, hidden),
        result.fault,
        False,
        _masked(result.summary, hidden),
        attempt.checkpoint if checkpoint is None else checkpoint,
        began,
        clock.now(),
    )


def _masked(summary: Any, hidden: tuple[str, ...]) -> Any:
    return summary and secrets.mask_data(summary, hidden)
