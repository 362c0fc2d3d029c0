"""What happens to agents."""

import contextlib
import os
import random
import signal
import time

from trailmark.tests.functional import cluster, kinds, processes


def kill_agent(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """kill -9 of an agent."""
    kinds.kill(chance.choice(among.agents), chance)


def kill_both(among: cluster.Cluster, run: int, chance: random.Random) -> None:
    """kill -9 of the engine and of an agent in one moment."""
    both = [kinds.held_by(among, run), chance.choice(among.agents)]
    fired = [service.kill() for service in both]
    time.sleep(chance.uniform(0, 1.5))
    for service in both:
        service.start()
    kinds.check(all(fired), 'one was dead')


def freeze_agent(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """An agent stands still, and goes on."""
    agent = chance.choice(among.agents)
    os.kill(agent.pid, signal.SIGSTOP)
    try:
        time.sleep(chance.uniform(0.5, 3 * cluster.HEARTBEAT))
    finally:
        os.kill(agent.pid, signal.SIGCONT)


def terminate_agent(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """An agent is told to end, and starts again."""
    agent = chance.choice(among.agents)
    code = agent.end()
    agent.start()
    if code:
        raise AssertionError(f'{agent.name} ended with {code}')


def kill_supervisors(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """kill -9 of who watches commands on a node: how they end is lost."""
    node = chance.choice(among.agents).node
    found = processes.supervisors(among.folder / f'state/agents/{node}')
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    among.interrupted[node] += 1
    among.forgotten[node] += 1
    kinds.check(bool(found), 'nobody watches a command')


ALL: tuple[kinds.Fault, ...] = (
    kill_agent,
    kill_both,
    freeze_agent,
    terminate_agent,
    kill_supervisors,
)
