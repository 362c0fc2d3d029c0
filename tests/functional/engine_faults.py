"""What happens to engines."""

import os
import random
import signal
import time

from trailmark.common import exceptions
from trailmark.common.states import Asked
from trailmark.db import claims, runs
from trailmark.tests.functional import cluster, kinds


def kill_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """kill -9 of the engine that drives the run."""
    kinds.kill(kinds.held_by(among, run), chance)


def kill_idle_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """kill -9 of an engine that does not drive it."""
    holder = kinds.held_by(among, run)
    kinds.kill(
        chance.choice([e for e in among.engines if e is not holder]), chance
    )


def kill_adopter(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The engine that adopts a run dies as it does."""
    first, epoch = kinds.held_by(among, run), kinds.epoch_of(among, run)
    for engine in among.engines:
        engine.start()
    kinds.check(first.kill(), 'it was dead')
    kinds.adopted(among, run, epoch)
    time.sleep(chance.uniform(0, 0.3))
    second = among.holder(run)
    killed = second is not None and second.kill()
    first.start()
    if second is not None:
        second.start()
    kinds.check(killed, 'the run was over before')


def kill_resumer(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The run is stopped and resumed; the engine that takes it dies."""
    try:
        runs.ask(among.database, run, Asked.STOP, 'faults')
    except exceptions.RunEnded:
        raise kinds.NotFired('the run was over before') from None
    cluster.until(lambda: among.is_over(run), 'the run stops', 90)
    try:
        claims.reopen(among.database, run, actor='faults')
    except exceptions.RunEnded:
        raise kinds.NotFired('nothing was left to resume') from None
    kinds.held_by(among, run)
    time.sleep(chance.uniform(0, 0.3))
    kinds.kill(kinds.held_by(among, run), chance)


def freeze_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """An engine stands still past its lease, is adopted from, and goes on."""
    holder = kinds.held_by(among, run)
    epoch = kinds.epoch_of(among, run)
    os.kill(holder.pid, signal.SIGSTOP)
    try:
        kinds.adopted(among, run, epoch)
        time.sleep(chance.uniform(0, 1))
    finally:
        os.kill(holder.pid, signal.SIGCONT)
    kinds.check(kinds.epoch_of(among, run) > epoch, 'it had ended')


def return_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """An engine comes back long after another has adopted its run."""
    holder, epoch = kinds.held_by(among, run), kinds.epoch_of(among, run)
    os.kill(holder.pid, signal.SIGSTOP)
    try:
        kinds.adopted(among, run, epoch)
        time.sleep(3 * kinds.LEASE)
    finally:
        os.kill(holder.pid, signal.SIGCONT)
    kinds.check(kinds.epoch_of(among, run) > epoch, 'it had ended')


def terminate_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The engine is told to end, and hands its run over."""
    holder, epoch = kinds.held_by(among, run), kinds.epoch_of(among, run)
    code = holder.end()
    holder.start()
    if code:
        raise AssertionError(f'{holder.name} ended with {code}')
    kinds.adopted(among, run, epoch)


ALL: tuple[kinds.Fault, ...] = (
    kill_engine,
    kill_idle_engine,
    kill_adopter,
    kill_resumer,
    freeze_engine,
    return_engine,
    terminate_engine,
)
