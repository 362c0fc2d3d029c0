"""What faults of every kind share: whom they happen to, and how."""

import random
import signal
import time
from collections.abc import Callable

from trailmark.db import runs
from trailmark.tests import servers
from trailmark.tests.functional import amqp, cluster

#: Takes the cluster, the number of the active run, and chance. It returns
#: once it has fired and what it broke is whole again; it raises NotFired
#: when it could not, AssertionError for what it saw go wrong.
Fault = Callable[[cluster.Cluster, int, random.Random], None]
#: Seconds.
LEASE = float(cluster.OPTIONS['ENGINE__LEASE_SECONDS'])


class NotFired(Exception):
    """The fault had nothing to happen to."""


def held_by(among: cluster.Cluster, run: int) -> cluster.Service:
    """The engine that drives the run. Raises NotFired."""

    def is_known() -> bool:
        return among.holder(run) is not None or among.is_over(run)

    cluster.until(is_known, 'an engine takes the run', 60)
    holder = among.holder(run)
    if holder is None:
        raise NotFired('the run was over before')
    return holder


def epoch_of(among: cluster.Cluster, run: int) -> int:
    """How often the run was claimed."""
    found = runs.standing(among.database, run)
    assert found is not None
    return found[1]


def check(fired: bool, why: str) -> None:
    """Raises NotFired unless it fired."""
    if not fired:
        raise NotFired(why)


def kill(service: cluster.Service, chance: random.Random) -> None:
    """kill -9 of a service, and start it again."""
    fired = service.kill()
    time.sleep(chance.uniform(0, 1.5))
    service.start()
    check(fired, f'{service.name} was dead')


def restart(
    server: servers.Server, chance: random.Random, softly: signal.Signals
) -> None:
    """End a server, softly or not, and start it again."""
    server.end(chance.choice((softly, signal.SIGKILL)))
    time.sleep(chance.uniform(0, 1.5))
    server.start()


def cut(service: cluster.Service, chance: random.Random) -> None:
    """Break the network between a service and the broker."""
    before = service.door.cut
    service.door.shut()
    time.sleep(chance.uniform(0.2, 4.0))
    service.door.open()
    check(service.door.cut > before, f'{service.name} had no connection')


def order(
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


def adopted(among: cluster.Cluster, run: int, epoch: int) -> None:
    """Wait until the run is claimed again, or over."""
    cluster.until(
        lambda: epoch_of(among, run) > epoch or among.is_over(run),
        'another engine adopts',
    )
