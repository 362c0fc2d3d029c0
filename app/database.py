"""Commands that look after the database."""

import argparse
import pkgutil
from typing import Any

from trailmark.cli import command


class _OnDatabase(command.Command):
    """What both commands do: open the database, whatever its revision."""

    def _opened(self) -> Any:
        # By name: help of other commands does not wait for the database.
        opened = pkgutil.resolve_name('trailmark.app.storage:from_files')
        return opened(self.app.options.config_files)


class Upgrade(_OnDatabase):
    """Bring the database to the revision that this version needs."""

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Upgrade, and print the revision that it then has."""
        with self._opened() as storage:
            storage.upgrade()
            self.app.stdout.write(f'{storage.version()[0]}\n')
        return 0


class Version(_OnDatabase):
    """Show the revision of the database."""

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Print the revision, and say if this version needs another."""
        with self._opened() as storage:
            found, needed = storage.version()
            self.app.stdout.write(f'{found}\n')
        if found != needed:
            self.app.stderr.write(
                f'this version of Trailmark needs {needed}: '
                'run `trailmark db upgrade`\n'
            )
        return 0
