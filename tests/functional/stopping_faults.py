"""What happens to a run while it stops, and while nobody drives it."""

import random
import time

from trailmark.common import exceptions
from trailmark.common.states import Asked, RunState
from trailmark.db import claims, runs
from trailmark.tests.functional import cluster, kinds


def kill_engine_while_stopping(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """A run is asked to stop, and its engine dies before it has stopped."""
    kinds.held_by(among, run)
    try:
        runs.ask(among.database, run, Asked.STOP, 'faults')
    except exceptions.RunEnded:
        raise kinds.NotFired('the run was over before') from None
    cluster.until(lambda: _state(among, run) != RunState.RUNNING, 'the stop')
    holder = among.holder(run)
    fired = _state(among, run) == RunState.STOPPING and holder is not None
    if holder is not None:
        fired = holder.kill() and fired
    cluster.until(lambda: among.is_over(run), 'the run stops', 90)
    if holder is not None:
        holder.start()
    try:
        claims.reopen(among.database, run, actor='faults')
    except exceptions.RunEnded:
        raise kinds.NotFired('nothing was left to resume') from None
    kinds.check(fired, 'the run had stopped before')


def engines_back_after_a_minute(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Every engine dies, and the first one is back a minute later."""
    fired = [engine.kill() for engine in among.engines]
    time.sleep(60)
    for engine in among.engines:
        engine.start()
    kinds.check(any(fired), 'no engine was alive')


def _state(among: cluster.Cluster, run: int) -> RunState:
    found = runs.standing(among.database, run)
    assert found is not None
    return found[0]


ALL = (kill_engine_while_stopping, engines_back_after_a_minute)
