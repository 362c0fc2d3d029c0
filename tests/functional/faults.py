"""Faults: what each does to a cluster of processes while a run goes on.

Each returns once it has fired; it raises NotFired when it could not.
"""

import os
import random
import signal
import time
from collections.abc import Callable

from trailmark.common import exceptions
from trailmark.common.states import Asked
from trailmark.db import claims, runs
from trailmark.tests import servers
from trailmark.tests.functional import amqp, cluster

#: Takes the cluster, the number of the active run, and chance.
Fault = Callable[[cluster.Cluster, int, random.Random], None]
_LEASE = float(cluster.OPTIONS['ENGINE__LEASE_SECONDS'])


class NotFired(Exception):
    """The fault had nothing to happen to."""


def kill_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """kill -9 of the engine that drives the run."""
    _kill(_held_by(among, run), chance)


def kill_idle_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """kill -9 of an engine that does not drive it."""
    holder = _held_by(among, run)
    _kill(chance.choice([e for e in among.engines if e is not holder]), chance)


def kill_agent(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """kill -9 of an agent."""
    _kill(chance.choice(among.agents), chance)


def kill_both(among: cluster.Cluster, run: int, chance: random.Random) -> None:
    """kill -9 of the engine and of an agent in one moment."""
    both = [_held_by(among, run), chance.choice(among.agents)]
    fired = [service.kill() for service in both]
    time.sleep(chance.uniform(0, 1.5))
    for service in both:
        service.start()
    _check(all(fired), 'one was dead')


def restart_broker(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The broker dies, or ends, and comes back."""
    _restart(among.rabbitmq, chance, signal.SIGTERM)


def restart_database(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The database dies, or ends at once, and comes back."""
    _restart(among.postgresql, chance, signal.SIGQUIT)
    # The test's own connections are lost with it.
    among.database.dispose()


def freeze_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """An engine stands still past its lease, is adopted from, and goes on."""
    holder = _held_by(among, run)
    epoch = _epoch(among, run)
    os.kill(holder.pid, signal.SIGSTOP)
    try:
        cluster.until(
            lambda: _epoch(among, run) > epoch or among.is_over(run),
            'another engine adopts',
            10 * _LEASE,
        )
        time.sleep(chance.uniform(0, 1))
    finally:
        os.kill(holder.pid, signal.SIGCONT)
    _check(_epoch(among, run) > epoch, 'it had ended')


def kill_adopter(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The engine that adopts a run dies as it does."""
    first, epoch = _held_by(among, run), _epoch(among, run)
    for engine in among.engines:
        engine.start()
    _check(first.kill(), 'it was dead')
    cluster.until(
        lambda: _epoch(among, run) > epoch or among.is_over(run),
        'another engine adopts',
        10 * _LEASE,
    )
    time.sleep(chance.uniform(0, 0.3))
    second = among.holder(run)
    killed = second is not None and second.kill()
    first.start()
    if second is not None:
        second.start()
    _check(killed, 'the run was over before')


def kill_resumer(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The run is stopped and resumed; the engine that takes it dies."""
    try:
        runs.ask(among.database, run, Asked.STOP, 'faults')
    except exceptions.RunEnded:
        raise NotFired('the run was over before') from None
    cluster.until(lambda: among.is_over(run), 'the run stops', 90)
    try:
        claims.reopen(among.database, run, actor='faults')
    except exceptions.RunEnded:
        raise NotFired('nothing was left to resume') from None
    _held_by(among, run)
    time.sleep(chance.uniform(0, 0.3))
    _kill(_held_by(among, run), chance)


def drop_messages(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Messages that the broker delivered never arrive."""
    _order(among, chance, amqp.Order.DROP)


def delay_messages(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Messages arrive late, some after they were asked again."""
    _order(among, chance, amqp.Order.DELAY)


def double_messages(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Messages are sent twice."""
    _order(among, chance, amqp.Order.DOUBLE)


def cut_agent(among: cluster.Cluster, run: int, chance: random.Random) -> None:
    """The network between an agent and the broker breaks."""
    _cut(chance.choice(among.agents), chance)


def cut_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The network between the engine and the broker breaks."""
    _cut(_held_by(among, run), chance)


def terminate_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The engine is told to end, and hands its run over."""
    holder, epoch = _held_by(among, run), _epoch(among, run)
    code = holder.end()
    holder.start()
    if code:
        raise AssertionError(f'{holder.name} ended with {code}')
    cluster.until(
        lambda: _epoch(among, run) > epoch or among.is_over(run),
        'another engine adopts',
    )


ALL: tuple[Fault, ...] = (
    kill_engine,
    kill_agent,
    kill_both,
    kill_idle_engine,
    restart_broker,
    restart_database,
    freeze_engine,
    kill_adopter,
    kill_resumer,
    drop_messages,
    delay_messages,
    double_messages,
    cut_agent,
    cut_engine,
    terminate_engine,
)


def _held_by(among: cluster.Cluster, run: int) -> cluster.Service:
    def is_known() -> bool:
        return among.holder(run) is not None or among.is_over(run)

    cluster.until(is_known, 'an engine takes the run', 60)
    holder = among.holder(run)
    if holder is None:
        raise NotFired('the run was over before')
    return holder


def _epoch(among: cluster.Cluster, run: int) -> int:
    found = runs.standing(among.database, run)
    assert found is not None
    return found[1]


def _check(fired: bool, why: str) -> None:
    if not fired:
        raise NotFired(why)


def _kill(service: cluster.Service, chance: random.Random) -> None:
    fired = service.kill()
    time.sleep(chance.uniform(0, 1.5))
    service.start()
    _check(fired, f'{service.name} was dead')


def _restart(
    server: servers.Server, chance: random.Random, softly: signal.Signals
) -> None:
    server.end(chance.choice((softly, signal.SIGKILL)))
    time.sleep(chance.uniform(0, 1.5))
    server.start()


def _cut(service: cluster.Service, chance: random.Random) -> None:
    before = service.door.cut
    service.door.shut()
    time.sleep(chance.uniform(0.2, 4.0))
    service.door.open()
    _check(service.door.cut > before, f'{service.name} had no connection')


def _order(
    among: cluster.Cluster, chance: random.Random, what: amqp.Order
) -> None:
    """Some of the messages of one service, all of it alive."""
    service = chance.choice(among.services)
    before = service.door.obeyed[what]
    service.door.order(what, chance.randint(1, 4), chance.uniform(0.2, 4.0))
    cluster.until(
        lambda: service.door.obeyed[what] > before,
        f'messages of {service.kind} {service.name} to {what}',
    )
    time.sleep(chance.uniform(0, 2.0))
    service.door.forget_orders()
