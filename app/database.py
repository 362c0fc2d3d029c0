"""Commands that look after the database."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trailmark.cli import arguments, command
from trailmark.common import exceptions, process_identity

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from trailmark.app import storage
    from trailmark.db import connection, purging

#: Tables, and what people call their rows.
_SHOWN = {
    'runs': 'runs',
    'tasks_history': 'executions',
    'task_transitions': 'transitions',
    'task_summaries': 'summaries',
    'faults': 'faults',
    'checkpoints': 'checkpoints',
    'audit': 'events',
    'graph_snapshots': 'snapshots',
    'kept_active': 'kept_active',
    'kept_resumable': 'kept_resumable',
    'kept_baseline': 'kept_baseline',
}


class _OnDatabase(command.Remoted):
    """What the commands do: open the database, whatever its revision."""

    def _opened(self) -> 'AbstractContextManager[storage.Storage]':
        from trailmark.app import storage  # late: 0.4 s, SQLAlchemy

        self.refuse_endpoint()
        return storage.from_files(self.app.options.config_files)


class Upgrade(_OnDatabase, command.Command):
    """Bring the database to the revision that this version needs."""

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Upgrade, and print the revision that it then has."""
        with self._opened() as opened:
            opened.upgrade()
            self.app.stdout.write(f'{opened.version()[0]}\n')
        return 0


class Version(_OnDatabase, command.Command):
    """Show the revision of the database."""

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Print the revision, and say if this version needs another."""
        with self._opened() as opened:
            self.app.stdout.write(f'{opened.version()[0]}\n')
            try:
                opened.check()
            except (
                exceptions.SchemaOutdated,
                exceptions.SchemaNewer,
            ) as error:
                self.app.stderr.write(f'{error}\n')
        return 0


class Purge(_OnDatabase, command.ShowOne):
    """Delete old runs with all their records; other runs may go on.

    Active runs stay, the last run of each cluster, each run with the last
    success of a task on a node, and the last success of each graph type:
    `kept_...` counts them. The audit says who purged what. A purge that was
    interrupted is ended by the next one.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which runs go."""
        parser = super().get_parser(prog_name)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            '--before',
            metavar='TIME',
            type=arguments.moment,
            help='runs that ended before: 2024-05-31, or 30d for so long ago',
        )
        which.add_argument(
            '--keep-runs',
            metavar='N',
            type=arguments.positive,
            help='all but the newest N runs of each cluster',
        )
        arguments.add_cluster(parser, 'only runs of this cluster')
        parser.add_argument(
            '--dry-run', action='store_true', help='only show what would go'
        )
        parser.add_argument(
            '--vacuum',
            action='store_true',
            help='shrink the SQLite file afterwards; nobody writes meanwhile',
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Sequence[Any]]:
        """Purge; show what went, and the bytes before and after."""
        with self._opened() as opened:
            opened.check()
            if parsed_args.vacuum and opened.db.dialect != 'sqlite':
                raise exceptions.NothingToVacuum()
            shown = _purged(opened.db, parsed_args)
            sqlite = opened.db.dialect == 'sqlite'
        if sqlite and shown.get('bytes_free'):
            self.app.stderr.write(
                'the file keeps its size, and new records fill what is free: '
                '--vacuum shrinks it\n'
            )
        return tuple(shown), tuple(shown.values())


def _purged(
    db: 'connection.Database', chosen: argparse.Namespace
) -> dict[str, int]:
    """What went or would go, by the names that people see."""
    # late: 0.4 s, SQLAlchemy
    from trailmark.db import clusters, projects, purging, retention, space

    named = chosen.cluster
    cluster = None if named is None else clusters.get(db, named).id
    policy = retention.Policy(chosen.before, chosen.keep_runs, cluster)
    if chosen.dry_run:
        return _shown(purging.preview(db, policy))
    before = space.taken(db)
    me = projects.Scope(user=process_identity.user())
    gone = purging.purge(db.of(me), policy)
    if chosen.vacuum:
        space.shrink(db)
    after = space.taken(db)
    sizes = {'bytes_before': before.total, 'bytes_after': after.total}
    if after.free is not None:
        sizes['bytes_free'] = after.free
    return {**_shown(gone), **sizes}


def _shown(gone: 'purging.Rows') -> dict[str, int]:
    return {name: gone.get(table, 0) for table, name in _SHOWN.items()}
