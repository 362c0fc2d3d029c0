"""What every command of Trailmark has."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from cliff import command, lister, show

from trailmark.cli import remote, stored
from trailmark.common import exceptions

if TYPE_CHECKING:
    from trailmark.cli import connection, shell

_EPILOG = (
    'Options of every command: --config-file FILE (repeatable), --endpoint '
    'URL, --user NAME, --password PASSWORD, --password-file FILE, --cacert '
    'FILE, --debug, --verbose, --quiet, --log-file FILE.'
)


class Remoted:
    """Access to the API for a command."""

    _epilog = _EPILOG
    #: Whether the exit code says how a run ended, whatever is printed.
    follows = False
    app: 'shell.TrailmarkShell'
    parser: argparse.ArgumentParser

    @property
    def connection(self) -> 'connection.Connection':
        """The process's one connection, opened when first needed."""
        opened: connection.Connection = self.app.connection()
        return opened

    @property
    def remote(self) -> remote.Remote:
        """The API."""
        return remote.Remote(self.connection.client)

    @property
    def store(self) -> stored.Store:
        """The API of graphs and of those who own them."""
        return stored.Store(self.connection.client)

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """The parser of the command, kept for what it refuses later."""
        parser: argparse.ArgumentParser = super().get_parser(  # type: ignore[misc]
            prog_name
        )
        self.parser = parser
        return parser

    def get_epilog(self) -> str:
        """Options of every command; cliff would look at every package."""
        return self._epilog

    def refuse_endpoint(self) -> None:
        """Raise NotAtEndpoint if an endpoint was named."""
        if self.app.options.endpoint is not None:
            raise exceptions.NotAtEndpoint()

    def refuse(self, message: str) -> NoReturn:
        """End with usage, message and exit code 2."""
        self.parser.error(message)


class Command(Remoted, command.Command):
    """A command that prints what it likes."""

    def say_changes(self, changes: Sequence[str]) -> None:
        """Print what changed, a line each."""
        for change in changes or ('nothing changed',):
            self.app.stdout.write(f'{change}\n')


class Lister(Remoted, lister.Lister):
    """A command that lists rows."""


class ShowOne(Remoted, show.ShowOne):
    """A command that shows one thing."""
