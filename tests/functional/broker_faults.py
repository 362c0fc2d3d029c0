"""What happens to the broker, its messages, and the way to it."""

import random
import signal

from trailmark.tests.functional import amqp, cluster, kinds


def restart_broker(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The broker dies, or ends, and comes back."""
    kinds.restart(among.rabbitmq, chance, signal.SIGTERM)


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


def cut_agent(among: cluster.Cluster, run: int, chance: random.Random) -> None:
    """The network between an agent and the broker breaks."""
    kinds.cut(chance.choice(among.agents), chance)


def cut_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The network between the engine and the broker breaks."""
    kinds.cut(kinds.held_by(among, run), chance)


ALL: tuple[kinds.Fault, ...] = (
    restart_broker,
    drop_messages,
    delay_messages,
    double_messages,
    cut_agent,
    cut_engine,
)
