"""What happens to the database."""

import os
import pathlib
import random
import signal
import time

import sqlalchemy as sa

from trailmark.tests.functional import cluster, kinds

_LEAVE = 'pid <> pg_backend_pid() AND backend_type = :kind'
_FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100';
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON task_transitions
    FOR EACH STATEMENT EXECUTE FUNCTION full_disk()
"""


def restart_database(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The database dies, or ends at once, and comes back."""
    kinds.restart(among.postgresql, chance, signal.SIGQUIT)
    # The test's own connections are lost with it.
    among.database.dispose()


def end_sessions(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The database ends the sessions of everybody else."""
    with among.database.writer() as connection:
        ended = connection.execute(
            sa.text(
                'SELECT count(pg_terminate_backend(pid)) '
                f'FROM pg_stat_activity WHERE {_LEAVE}'
            ),
            {'kind': 'client backend'},
        ).scalar_one()
    # The test's own, which are idle, are among them.
    among.database.dispose()
    kinds.check(ended > 0, 'nobody had a session')


def freeze_database(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The database and its sessions stand still, and go on."""
    postmaster = among.postgresql.pid()
    children = pathlib.Path(f'/proc/{postmaster}/task/{postmaster}/children')
    frozen = [postmaster]
    os.kill(postmaster, signal.SIGSTOP)
    try:
        for word in children.read_text().split():
            frozen.append(int(word))
            os.kill(int(word), signal.SIGSTOP)
        time.sleep(chance.uniform(0.5, 2 * kinds.LEASE))
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)


def fill_database(
    among: cluster.Cluster, run: int, chance: random.Random
) -> None:
    """The database has no room for history for a while."""
    with among.database.writer() as connection:
        connection.execute(sa.text(_FULL))
    try:
        time.sleep(chance.uniform(0.5, 2 * kinds.LEASE))
    finally:
        with among.database.writer() as connection:
            connection.execute(sa.text('DROP FUNCTION full_disk CASCADE'))


ALL: tuple[kinds.Fault, ...] = (
    restart_database,
    end_sessions,
    freeze_database,
    fill_database,
)
