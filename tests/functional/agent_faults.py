"""What happens to agents."""

import random
import time

from trailmark.tests.functional import cluster, kinds


def kill_agent(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """kill -9 of an agent."""
    agent = chance.choice(among.agents)
    among.interrupted[agent.node] += 1
    kinds.kill(agent, chance)


def kill_both(among: cluster.Cluster, run: int, chance: random.Random) -> None:
    """kill -9 of the engine and of an agent in one moment."""
    agent = chance.choice(among.agents)
    both = [kinds.held_by(among, run), agent]
    among.interrupted[agent.node] += 1
    fired = [service.kill() for service in both]
    time.sleep(chance.uniform(0, 1.5))
    for service in both:
        service.start()
    kinds.check(all(fired), 'one was dead')


ALL: tuple[kinds.Fault, ...] = (
    kill_agent,
    kill_both,
)
