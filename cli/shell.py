"""The application that finds commands, runs them and tells how they end."""

import argparse
import difflib
import importlib.metadata
import inspect
import logging
from typing import TYPE_CHECKING, Any

from cliff import app, commandmanager

from trailmark.cli import connection as connections
from trailmark.cli import endpoints, help, output, refusals

if TYPE_CHECKING:
    from cliff import command

_LEVELS = (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)


class TrailmarkShell(app.App):
    """`trailmark`: runs the command that its arguments name."""

    NAME = 'trailmark'
    LOG = logging.getLogger(NAME)
    CONSOLE_MESSAGE_FORMAT = 'trailmark: %(message)s'

    def __init__(self, connect: connections.Connect) -> None:
        output.standard_streams()
        super().__init__(
            description='Runs deployment graphs on many nodes and never '
            'loses its place.',
            version=importlib.metadata.version('trailmark'),
            command_manager=commandmanager.CommandManager('trailmark.cli'),
            deferred_help=True,
        )
        self.command_manager.add_command('help', help.Help)
        self._connect = connect
        self._open: connections.Connection | None = None
        self._error: BaseException | None = None
        self._follows = False

    def build_option_parser(
        self,
        description: str | None,
        version: str | None,
        argparse_kwargs: dict[str, Any] | None = None,
    ) -> argparse.ArgumentParser:
        """The parser of the options that every command takes."""
        parser: argparse.ArgumentParser = super().build_option_parser(
            description, version, {'allow_abbrev': False}
        )
        parser.add_argument(
            '--config-file',
            action='append',
            default=[],
            metavar='FILE',
            dest='config_files',
            help='File of options; can be repeated, the last one wins.',
        )
        endpoints.add_options(parser)
        return parser

    def configure_logging(self) -> None:
        """Warnings to standard error; more with --verbose."""
        level = _LEVELS[min(self.options.verbose_level, len(_LEVELS) - 1)]
        root = logging.getLogger()
        root.setLevel(level)
        console = logging.StreamHandler(self.stderr)
        console.setFormatter(logging.Formatter(self.CONSOLE_MESSAGE_FORMAT))
        root.addHandler(console)
        if self.options.log_file:
            root.addHandler(self._log_file(self.options.log_file))

    def _log_file(self, path: str) -> logging.Handler:
        try:
            handler = logging.FileHandler(path)
        except OSError as error:
            self.parser.error(f'--log-file {path}: {error.strerror}')
        handler.setFormatter(logging.Formatter(self.LOG_FILE_MESSAGE_FORMAT))
        return handler

    def initialize_app(self, argv: list[str]) -> None:
        """Without a command, say which there are and end with 2."""
        if not argv:
            wanted = self.options.deferred_help
            stream = self.stdout if wanted else self.stderr
            stream.write(help.overview(self))
            stream.flush()
            raise SystemExit(0 if wanted else refusals.REFUSED)

    def run(self, argv: list[str]) -> int:
        """Run a command; its exit code."""
        code: int = super().run(endpoints.told_apart(argv))
        self.stdout.flush()
        cut = self.stdout.cut and code == refusals.READY
        return refusals.BROKEN if cut and not self._follows else code

    def run_subcommand(self, argv: list[str]) -> int:
        """Run a command; an error tells the exit code."""
        try:
            self.command_manager.find_command(argv)
        except ValueError:
            return self._unknown(argv)
        code: int = super().run_subcommand(argv)
        if self._error is None:
            return code
        return refusals.exit_code_of_error(self._error)

    def _unknown(self, argv: list[str]) -> int:
        said = ' '.join(argv)
        names = sorted(name for name, _ in self.command_manager)
        near = [name for name in names if name.split()[0] == argv[0]]
        near = near or difflib.get_close_matches(said, names)
        meant = f'; there are: {", ".join(near)}' if near else ''
        self.stderr.write(
            f'trailmark: there is no command {said!r}{meant}\n'
            'See `trailmark --help`\n'
        )
        return refusals.REFUSED

    def clean_up(
        self, cmd: 'command.Command', result: int, err: BaseException | None
    ) -> None:
        """Close the connection; keep what went wrong."""
        self._error = err
        self._follows = getattr(cmd, 'follows', False)
        if self._open is not None:
            self._open.close()
            self._open = None

    def connection(self) -> connections.Connection:
        """The process's one connection, opened when first needed."""
        if self._open is None:
            self._open = self._connect(endpoints.options(self.options))
        return self._open

    def descriptions(self) -> dict[str, str]:
        """The first line that each command says of itself, by its name."""
        found = {}
        for name, entry in self.command_manager:
            said = inspect.getdoc(entry.load()) or ''
            found[name] = said.partition('\n')[0].rstrip('.')
        return found
