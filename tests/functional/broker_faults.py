"""What happens to the broker and to its messages."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator
from typing import Any

from kombu import connection as kombu

from trailmark.tests.functional import amqp, cluster, kinds

_EXCHANGES = ('trailmark', 'trailmark.engine_fanout')


def restart_broker(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The broker dies, or ends, and comes back."""
    kinds.restart(among.rabbitmq, chance, signal.SIGTERM)


def freeze_broker(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The broker stands still, and goes on."""
    pid = among.rabbitmq.pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(chance.uniform(0.5, 3 * cluster.HEARTBEAT))
    finally:
        os.kill(pid, signal.SIGCONT)


def fill_broker(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The broker has no memory left, and takes no message for a while."""
    among.rabbitmq.limit_memory(0.0)
    try:
        time.sleep(chance.uniform(1, 13))
    finally:
        among.rabbitmq.limit_memory(0.4)


def close_connections(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The broker closes every connection."""
    among.rabbitmq.control('close_all_connections', 'faults')


def purge_queues(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """What is in the queues is gone."""
    names = _queues(among)
    with _channel(among) as channel:
        for name in names:
            channel.queue_purge(name)
    kinds.check(bool(names), 'there is no queue')


def delete_queues(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Some queues are gone, or all, with what they are bound to."""
    names = _queues(among)
    share = chance.choice((0.3, 1.0))
    gone = [name for name in names if chance.random() < share]
    with _channel(among) as channel:
        for name in gone:
            channel.queue_delete(name)
    kinds.check(bool(gone), 'there is no queue')


def delete_exchanges(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The exchanges are gone, and so are their bindings."""
    with _channel(among) as channel:
        for name in _EXCHANGES:
            channel.exchange_delete(name)


def drop_messages(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Messages that the broker delivered never arrive."""
    kinds.order(among, chance, amqp.Order.DROP)


def delay_messages(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Messages arrive late, some after they were asked again."""
    kinds.order(among, chance, amqp.Order.DELAY)


def double_messages(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Messages are sent twice."""
    kinds.order(among, chance, amqp.Order.DOUBLE)


ALL: tuple[kinds.Fault, ...] = (
    restart_broker,
    freeze_broker,
    fill_broker,
    close_connections,
    purge_queues,
    delete_queues,
    delete_exchanges,
    drop_messages,
    delay_messages,
    double_messages,
)


def _queues(among: cluster.Cluster) -> list[str]:
    return among.rabbitmq.control('list_queues', 'name').split()[1:]


@contextlib.contextmanager
def _channel(among: cluster.Cluster) -> Iterator[Any]:
    url = among.rabbitmq.url.replace('rabbit:', 'amqp:')
    with kombu.Connection(url) as connection:
        yield connection.default_channel
