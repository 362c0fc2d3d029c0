"""What happens to the ways between services and the broker."""

import random
import time

from trailmark.tests.functional import cluster, kinds


def cut_agent(among: cluster.Cluster, run: int, chance: random.Random) -> None:
    """The network between an agent and the broker breaks."""
    kinds.cut(chance.choice(among.agents), chance)


def cut_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The network between the engine and the broker breaks."""
    kinds.cut(kinds.held_by(among, run), chance)


def stall_agent(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Nothing goes through the connections of an agent for a while."""
    _stall(chance.choice(among.agents), chance)


def stall_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Nothing goes through the connections of the engine for a while."""
    _stall(kinds.held_by(among, run), chance)


def forget_agent(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Connections of an agent stay half open: their other end is gone."""
    _forget(chance.choice(among.agents))


def forget_engine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """Connections of the engine stay half open: their other end is gone."""
    _forget(kinds.held_by(among, run))


ALL: tuple[kinds.Fault, ...] = (
    cut_agent,
    cut_engine,
    stall_agent,
    stall_engine,
    forget_agent,
    forget_engine,
)


def _stall(service: cluster.Service, chance: random.Random) -> None:
    held = service.door.hold()
    time.sleep(chance.uniform(0.5, 3 * cluster.HEARTBEAT))
    service.door.let_go()
    kinds.check(held > 0, f'{service.name} had no connection')


def _forget(service: cluster.Service) -> None:
    forgotten = service.door.forget()
    kinds.check(forgotten > 0, f'{service.name} had no connection')
