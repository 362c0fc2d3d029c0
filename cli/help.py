"""What commands there are, in groups."""

import argparse
from typing import TYPE_CHECKING

from cliff import help

if TYPE_CHECKING:
    from trailmark.cli import shell

#: Headline -> first words of the commands below it; the most words that fit
#: decide, and a headline without any has the rest.
_GROUPS = {
    'Deploy and follow': ('deploy', 'run', 'sequence execute'),
    'Read the history': ('tasks-history', 'task'),
    'Keep graphs and their owners': (
        'cluster',
        'node',
        'plugin',
        'release',
        'sequence',
        'graph delete',
        'graph download',
        'graph list',
        'graph diff',
        'graph revisions',
        'graph show',
        'graph upload',
    ),
    'Look at graphs': ('graph', 'driver'),
    'Look after the installation': (),
}
_PROGRAMS = {
    'trailmark-agent': 'Serve a node: carry out what engines send for it',
    'trailmark-api': 'Serve the API of engines that are services',
    'trailmark-engine': 'Drive runs as a service',
}


class Help(help.HelpCommand):
    """Say what a command does and takes."""

    def get_epilog(self) -> str:
        """Nothing; cliff would look at every installed package."""
        return ''

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Show a command's help, or all commands."""
        if parsed_args.cmd:
            code: int = super().take_action(parsed_args)
            return code
        self.app.stdout.write(overview(self.app))
        return 0


def overview(app: 'shell.TrailmarkShell') -> str:
    """Usage, options and every command with a line of its own."""
    described = app.descriptions()
    width = max(len(name) for name in (*described, *_PROGRAMS))
    lines = [app.parser.format_help()]
    for headline in _GROUPS:
        names = [
            name for name in sorted(described) if _headline(name) == headline
        ]
        lines.append(f'\n{headline}:\n')
        lines += [f'  {name:{width}}  {described[name]}\n' for name in names]
    lines.append('\nPrograms of their own, each with --help:\n')
    lines += [f'  {name:{width}}  {_PROGRAMS[name]}\n' for name in _PROGRAMS]
    return ''.join(lines)


def _headline(name: str) -> str:
    fitting = {
        words: headline
        for headline, firsts in _GROUPS.items()
        for words in firsts or ('',)
        if f'{name} '.startswith(f'{words} ' if words else '')
    }
    return fitting[max(fitting, key=len)]
