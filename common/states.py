"""States of runs and task executions, and the legal moves between them."""

import enum

from trailmark.common import exceptions


class ExecutionState(enum.StrEnum):
    """State of one task on one node in one run."""

    #: Waits for what comes before it, for a slot, or for its next attempt.
    PENDING = 'pending'
    #: Its attempt was written down to be dispatched, and has not ended.
    RUNNING = 'running'
    #: Done.
    READY = 'ready'
    #: Its last attempt failed.
    ERROR = 'error'
    #: Not wanted: by type, condition, selection or a person.
    SKIPPED = 'skipped'
    #: What it needs ended badly.
    DEP_FAILED = 'dep_failed'
    #: Ended by a cancel, or never started because of a cancel or a brake.
    CANCELLED = 'cancelled'


class RunState(enum.StrEnum):
    """State of one execution of graphs on a cluster."""

    PENDING = 'pending'
    RUNNING = 'running'
    #: A stop or cancel was seen: nothing starts, what runs is waited for.
    STOPPING = 'stopping'
    #: Stopped by a person; what was not started is pending.
    STOPPED = 'stopped'
    READY = 'ready'
    ERROR = 'error'
    CANCELLED = 'cancelled'


class Asked(enum.StrEnum):
    """What a person wishes of a run, apart from the state that it is in."""

    NONE = 'none'
    STOP = 'stop'
    CANCEL = 'cancel'
    #: Its records are being deleted: nobody finds it any more.
    PURGE = 'purge'


_E, _R = ExecutionState, RunState

EXECUTION_TRANSITIONS = frozenset(
    (
        (_E.PENDING, _E.RUNNING),  # an attempt is dispatched
        (_E.PENDING, _E.READY),  # a sync point was reached
        (_E.PENDING, _E.SKIPPED),  # its turn came and it is not wanted
        (_E.PENDING, _E.DEP_FAILED),  # something before it ended badly
        (_E.PENDING, _E.CANCELLED),  # a cancel or a brake before it started
        (_E.PENDING, _E.ERROR),  # its node can't be reached
        (_E.RUNNING, _E.READY),  # the attempt succeeded
        (_E.RUNNING, _E.ERROR),  # the last attempt failed
        (_E.RUNNING, _E.CANCELLED),  # a cancel ended the attempt
        (_E.RUNNING, _E.PENDING),  # the next attempt waits
        (_E.ERROR, _E.PENDING),  # resume
        (_E.DEP_FAILED, _E.PENDING),  # resume
        (_E.CANCELLED, _E.PENDING),  # resume
        (_E.ERROR, _E.SKIPPED),  # resume --skip
        (_E.DEP_FAILED, _E.SKIPPED),  # resume --skip
        (_E.CANCELLED, _E.SKIPPED),  # resume --skip
        (_E.RUNNING, _E.SKIPPED),  # resume --skip of a run whose engine died
    )
)

RUN_TRANSITIONS = frozenset(
    (
        (_R.PENDING, _R.RUNNING),  # an engine claimed it
        (_R.PENDING, _R.CANCELLED),  # cancelled before an engine claimed it
        (_R.RUNNING, _R.STOPPING),  # a stop, a cancel or a brake was seen
        (_R.RUNNING, _R.READY),  # everything ended within tolerance
        (_R.RUNNING, _R.ERROR),  # a tolerance was exceeded
        (_R.RUNNING, _R.CANCELLED),  # cancelled with nothing in flight
        (_R.STOPPING, _R.STOPPED),  # what ran has ended
        (_R.STOPPING, _R.ERROR),  # the brake: what ran has ended
        (_R.STOPPING, _R.CANCELLED),  # what ran has ended or was given up
        (_R.STOPPED, _R.PENDING),  # resume
        (_R.ERROR, _R.PENDING),  # resume
        (_R.CANCELLED, _R.PENDING),  # resume
    )
)

#: States in which a run holds its cluster.
ACTIVE_RUN_STATES = frozenset((_R.PENDING, _R.RUNNING, _R.STOPPING))
#: States that a run can be resumed from (and active ones whose claim lapsed).
RESUMABLE_RUN_STATES = frozenset((_R.STOPPED, _R.ERROR, _R.CANCELLED))
#: Nothing of an execution is left to do.
FINISHED_STATES = frozenset(
    (_E.READY, _E.ERROR, _E.SKIPPED, _E.DEP_FAILED, _E.CANCELLED)
)
#: An execution in one of these is done again by a resume.
UNDONE_STATES = frozenset((_E.ERROR, _E.DEP_FAILED, _E.CANCELLED))
#: What an execution was for is done, or needn't be.
DONE_STATES = FINISHED_STATES - UNDONE_STATES


def check_execution(old: ExecutionState, new: ExecutionState) -> None:
    """Raise IllegalTransition unless an execution may go from old to new."""
    if (old, new) not in EXECUTION_TRANSITIONS:
        raise exceptions.IllegalTransition(
            kind='an execution', old=old, new=new
        )


def check_run(old: RunState, new: RunState) -> None:
    """Raise IllegalTransition unless a run may go from old to new."""
    if (old, new) not in RUN_TRANSITIONS:
        raise exceptions.IllegalTransition(kind='a run', old=old, new=new)
