"""What a driver is: a job in, a result out, and a watch on its way."""

import abc
import dataclasses
import os
import pathlib
import time
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from trailmark.common import secrets, states, tasktypes
from trailmark.drivers import environments, settings, sources


class Commands:
    """The commands that an attempt has begun, counted in their order."""

    def __init__(self) -> None:
        #: How many were begun, with one that is about to be.
        self.count = 0
        #: Whether what they left was ended since the last one.
        self.are_swept = True

    def next(self) -> int:
        """The number of the command that begins now."""
        self.count += 1
        self.are_swept = False
        return self.count - 1

    def give_back(self) -> None:
        """The one that was about to be begun was not."""
        self.count -= 1


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """One attempt as its driver sees it; `timeout` is in seconds.

    `folder` is the node's own folder, the default working directory;
    `scratch` is the attempt's own, gone once its outcome is safe. Its time
    `began` by the monotonic clock, before this process did if another one
    had begun it. `environment` is what its commands get beside their own.
    """

    attempt_id: str
    run: int
    cluster: str
    node: str
    task: str
    attempt: int
    parameters: Mapping[str, Any]
    timeout: float
    folder: pathlib.Path
    scratch: pathlib.Path
    roles: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    checkpoint: str | None = None
    secrets: tuple[str, ...] = ()
    test_pre: str | None = None
    test_post: str | None = None
    #: The folder of the task's layer, from which relative sources are taken.
    source: pathlib.Path | None = None
    #: The files of master.
    master: sources.Sources = sources.LOCAL
    began: float = dataclasses.field(default_factory=time.monotonic)
    environment: Mapping[str, str] = dataclasses.field(
        default_factory=environments.kept
    )
    commands: Commands = dataclasses.field(default_factory=Commands)

    @property
    def deadline(self) -> float:
        """When its time is over, by the monotonic clock."""
        return self.began + self.timeout

    def given_time(self) -> str:
        """Its timeout, as people read it."""
        return f'{self.timeout:.12g} s'


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One thing that a job does to its node; `text` tells people of it."""

    text: str


#: What was found on a node, as JSON data; None where nobody looked.
Facts = Mapping[str, Any] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """How a job ended: `state` is ready, error or cancelled."""

    state: states.ExecutionState
    message: str | None = None
    fault: str | None = None
    summary: Mapping[str, Any] | None = None
    checkpoint: str | None = None


class Cancellation:
    """A flag that can be polled together with files; it is set only once.

    Its own file is opened when somebody polls, so that it can be set and
    looked at while no file can be opened.
    """

    def __init__(self) -> None:
        self._handle: int | None = None
        self._set = False

    def set(self) -> None:
        """Ask the job to end."""
        self._set = True
        if self._handle is not None:
            os.eventfd_write(self._handle, 1)

    def is_set(self) -> bool:
        """Whether the job is to end."""
        return self._set

    def fileno(self) -> int:
        """A file that is readable once the flag is set. Raises OSError."""
        if self._handle is None:
            self._handle = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            # It may have been set between: once more does no harm.
            if self._set:
                os.eventfd_write(self._handle, 1)
        return self._handle

    def close(self) -> None:
        """Give the file back; nobody may set the flag any more."""
        if self._handle is not None:
            os.close(self._handle)


class Watch(Protocol):
    """What a driver tells while it works, and how it is told to end."""

    @property
    def cancelled(self) -> Cancellation:
        """Set when the job is to end."""

    def checkpoint(self, text: str) -> None:
        """Tell how far the job is."""

    def output(self, size: int, tail: str) -> None:
        """Tell what the job prints: so many characters, the last of them.

        Secrets are masked by who tells.
        """


class Driver(abc.ABC):
    """How one type of task is done. Drivers keep no state between jobs.

    A driver looks at the node (`facts`), derives from that and the job what
    is to be done (`plan`), and does it (`run`) or only tells (`noop`).
    """

    type: tasktypes.TaskType
    #: What is configured; the catalog hands it to the driver.
    options: settings.Settings = settings.DEFAULT
    #: Its jobs never block and have no effect: many are run in one go.
    quick: ClassVar[bool] = False
    #: The same of its noop twin.
    quick_noop: ClassVar[bool] = False
    #: Its jobs write in `scratch`: the folder is made.
    uses_scratch: ClassVar[bool] = True

    def refusal(self) -> str | None:
        """Why tasks of this type are not run here; None: they are.

        If you do not write it, `[agent] allowed_drivers` decides alone.
        """
        return self.options.refusal(self.type)

    def facts(self, job: Job) -> Facts:
        """What the plan depends on, read from the node; changes nothing.

        If you do not write it, the plan depends on the job alone.
        """
        return {}

    def plan(self, job: Job, facts: Facts) -> tuple[Step, ...]:
        """What the job does, in order; pure. It may be asked elsewhere.

        If you do not write it, one step says the type of the task.
        """
        return (Step(f'run a task of type {self.type.name}'),)

    @abc.abstractmethod
    def run(self, job: Job, watch: Watch) -> Result:
        """Do the job. What it raises becomes the fault DriverError.

        It is called again for the same attempt when the process died that
        did it, and a command of it had begun. Commands that have begun are
        then waited for and not begun again, if they are asked for in the
        same order; everything else is done anew.
        """

    def noop(self, job: Job, watch: Watch) -> Result:
        """Say what the job would do now, and change nothing.

        If you do not write it, the plan is told.
        """
        steps = self.plan(job, self.facts(job))
        told = [secrets.mask_text(step.text, job.secrets) for step in steps]
        return Result(
            states.ExecutionState.READY, summary={'noop': True, 'plan': told}
        )
