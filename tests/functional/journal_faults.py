"""What happens to the journals of agents, and to who holds them."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from trailmark.db import agents
from trailmark.tests.functional import cluster, disks, kinds, processes

#: Seconds in which an agent is heard again, after another one of its name.
_SOON = 60.0


def fill_journal(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The disk of a node's journal is full, and has room again."""
    node = _node(among, chance)
    place = _journal(among, node).parent
    if not place.is_mount():
        _restarted(among, node, chance, lambda: _onto_a_disk(among, place))
    ballast = disks.fill(place)
    try:
        cluster.until(
            lambda: _is_refused(among, node) or among.is_over(run),
            f'an agent of {node} is refused',
            _SOON,
        )
        kinds.check(_is_refused(among, node), 'the run was over before')
        time.sleep(chance.uniform(0, 3.0))
    finally:
        ballast.unlink()
    cluster.until(
        lambda: not _is_refused(among, node), f'{node} is served', _SOON
    )


def break_journal(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The file of a journal is overwritten while no agent runs."""
    node = _node(among, chance)

    def damage() -> None:
        _remove(_journal(among, node), '-wal', '-shm')
        _journal(among, node).write_bytes(b'no journal' * 4096)

    _restarted(among, node, chance, damage)
    _forgotten(among, node)


def set_journal_back(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """An old copy of a journal comes in its place."""
    node = _node(among, chance)
    path, copy = _journal(among, node), among.folder / f'old-{node}'
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        before = _count(path, "state = 'ended'")
        source.backup(target)
    cluster.until(
        lambda: _count(path, "state = 'ended'") > before or among.is_over(run),
        f'something ends on {node}',
        _SOON,
    )

    def set_back() -> None:
        _remove(path, '-wal', '-shm')
        shutil.copy(copy, path)

    _restarted(among, node, chance, set_back)
    _forgotten(among, node)


def replace_machine(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """A machine is gone with all that it did; another has its name."""
    node = _node(among, chance)
    home = among.folder / f'state/agents/{node}'

    def replace() -> None:
        processes.kill_work_of(home)
        for each in home.iterdir():
            if each.name != 'journals':
                shutil.rmtree(each, ignore_errors=True)
        for file in (home / 'journals').iterdir():
            file.unlink()

    _restarted(among, node, chance, replace)
    _forgotten(among, node)


def freeze_beside(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The one of two agents of a node stands still that carries out."""
    path = _journal(among, 'n1')
    frozen = chance.choice([e for e in among.agents if e.node == 'n1'])
    held = f"state = 'started' AND pid = {frozen.pid}"
    os.kill(frozen.pid, signal.SIGSTOP)
    try:
        kinds.check(_count(path, held) > 0, f'{frozen.name} held nothing')
        cluster.until(
            lambda: not _count(path, held), 'its attempts are taken', _SOON
        )
        time.sleep(chance.uniform(0, 2.0))
    finally:
        os.kill(frozen.pid, signal.SIGCONT)


ALL: tuple[kinds.Fault, ...] = (
    fill_journal,
    break_journal,
    set_journal_back,
    replace_machine,
    freeze_beside,
)


def _node(among: cluster.Cluster, chance: random.Random) -> str:
    """Any node whose agents have a journal."""
    node = chance.choice(among.agents).node
    assert node is not None
    _journal(among, node)
    return node


def _journal(among: cluster.Cluster, node: str) -> Path:
    folder = among.folder / f'state/agents/{node}/journals'
    found = [*folder.glob('*.db')]
    kinds.check(bool(found), f'{node} has no journal')
    return found[0]


def _remove(path: Path, *ends: str) -> None:
    for end in ends:
        path.with_name(f'{path.name}{end}').unlink(missing_ok=True)


def _count(path: Path, which: str) -> int:
    query = f'SELECT count(*) FROM attempts WHERE {which}'
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as journal:
        try:
            return int(journal.execute(query).fetchone()[0])
        except sqlite3.DatabaseError as error:
            raise kinds.NotFired(f'{path}: {error}') from error


def _restarted(
    among: cluster.Cluster,
    node: str,
    chance: random.Random,
    meanwhile: Callable[[], None],
) -> None:
    """Kill the agents of a node, do something, and start them again."""
    own = [agent for agent in among.agents if agent.node == node]
    for agent in own:
        agent.kill()
    try:
        meanwhile()
        time.sleep(chance.uniform(0, 1.0))
    finally:
        for agent in own:
            agent.start()


def _onto_a_disk(among: cluster.Cluster, place: Path) -> None:
    """Move the journals of a node to a small disk of their own."""
    aside = place.with_name('aside')
    place.rename(aside)
    place.mkdir(mode=0o700)
    try:
        among.at_end(disks.mounted(place, '16m'))
    except OSError as error:
        raise kinds.NotFired(f'no disk can be mounted: {error}') from error
    finally:
        for file in aside.iterdir():
            shutil.copy(file, place)
        shutil.rmtree(aside)


def _is_refused(among: cluster.Cluster, node: str) -> bool:
    return any(
        agent.refused is not None
        for agent in agents.list_all(among.database)
        if agent.node == node and agent.is_alive
    )


def _forgotten(among: cluster.Cluster, node: str) -> None:
    """What ran there may be interrupted, and what ended not be known."""
    among.interrupted[node] += 1
    among.forgotten[node] += 1
