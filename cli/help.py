"""What commands there are, in groups."""

import argparse
from typing import TYPE_CHECKING

from cliff import help

if TYPE_CHECKING:
    from trailmark.cli import shell

#: Headline -> first words of the commands below it.
_GROUPS = {
    'Deploy and follow': ('deploy', 'run'),
    'Read the history': ('tasks-history', 'task'),
    'Look at graphs': ('graph', 'driver'),
    'Look after the installation': (),
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
    width = max(len(name) for name in described)
    lines = [app.parser.format_help()]
    for headline, words in _GROUPS.items():
        names = [
            name
            for name in sorted(described)
            if _belongs(name.partition(' ')[0], words)
        ]
        lines.append(f'\n{headline}:\n')
        lines += [f'  {name:{width}}  {described[name]}\n' for name in names]
    return ''.join(lines)


def _belongs(word: str, words: tuple[str, ...]) -> bool:
    known = {word for group in _GROUPS.values() for word in group}
    return word in words if words else word not in known
