"""What happens to clocks, and to engines that stand still."""

import contextlib
import os
import random
import signal
import time

from trailmark.tests import faketime
from trailmark.tests.functional import cluster, kinds, skewing

#: Seconds after which agents are taken for dead, and more.
_LONG = 12.0


def step_clock_of_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The clock of an engine is set, again and again, and stays wrong."""
    _step(among, chance.choice(among.engines), chance)


def step_clock_of_agent(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The clock of an agent is set, again and again, and stays wrong."""
    _step(among, chance.choice(among.agents), chance)


def adopt_by_a_wrong_clock(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """An engine dies, and who adopts its run is hours or days off."""
    holder = kinds.held_by(among, run)
    epoch = kinds.epoch_of(among, run)
    for engine in among.engines:
        if engine is not holder:
            skewing.skewed(among, engine).set(chance.choice(faketime.STEPS))
    kinds.check(holder.kill(), 'it was dead')
    kinds.adopted(among, run, epoch)
    holder.start()


def pause_engines(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Every engine stands still until it has heard no agent for long."""
    pids = [each.pid for each in among.engines if each.is_alive]
    kinds.check(bool(pids), 'no engine was alive')
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(_LONG)
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def _step(
    among: cluster.Cluster, service: cluster.Service, chance: random.Random
) -> None:
    clock = skewing.skewed(among, service)
    for step in chance.sample(faketime.STEPS, len(faketime.STEPS)):
        clock.set(step)
        time.sleep(chance.uniform(0.5, 1.5))
    kinds.check(service.is_alive, f'{service.name} died')


ALL = (
    step_clock_of_engine,
    step_clock_of_agent,
    adopt_by_a_wrong_clock,
    pause_engines,
)
