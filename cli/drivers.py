"""`trailmark driver list` and `show`."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from trailmark.cli import columns, command, remote

_COLUMNS = ('name', 'package', 'place', 'timeout', 'retries', 'allowed')
_DETAILS = (
    *('name', 'description', 'package', 'place', 'timeout', 'retries'),
    *('interval', 'allowed', 'parameters'),
)


class List(command.Lister):
    """List the types of task, and whether they are run here."""

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All of them, by name."""
        found = map(_shown, self.remote.drivers())
        return _COLUMNS, ([one[key] for key in _COLUMNS] for one in found)


class Show(command.ShowOne):
    """Show a type of task: where it comes from and what it takes."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which type."""
        parser = super().get_parser(prog_name)
        parser.add_argument('name', metavar='NAME', help='name of the type')
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Sequence[Any]]:
        """One of them, with its parameters."""
        found = self.remote.driver(parsed_args.name)
        shown = _shown(found)
        return _DETAILS, [shown[name] for name in _DETAILS]


class Parameters(columns.Pairs):
    """A JSON schema of parameters."""

    def human_readable(self) -> str:
        """A line for each parameter."""
        return columns.Pairs(_parameters(self._value)).human_readable()


def _number(seconds: float) -> float | int:
    return int(seconds) if seconds == int(seconds) else seconds


def _shown(driver: remote.Document) -> remote.Document:
    package = f'{driver["package"]} {driver["version"]}'.strip()
    refusal = driver['refusal']
    return {
        **driver,
        'package': package,
        'allowed': 'yes' if refusal is None else f'no: {refusal}',
        'timeout': _number(driver['timeout']),
        'interval': _number(driver['interval']),
        'parameters': Parameters(driver.get('parameters')),
    }


def _parameters(schema: Any) -> dict[str, str]:
    """What a JSON schema says of each parameter, in words."""
    given = schema or {}
    required = given.get('required', ())
    return {
        name: _described(wanted) + (' (required)' if name in required else '')
        for name, wanted in given.get('properties', {}).items()
    }


def _described(schema: Any) -> str:
    # A computed value may stand anywhere: `else` holds what else may.
    wanted = schema.get('else', schema)
    kinds = wanted.get('type', 'anything')
    text = kinds if isinstance(kinds, str) else ' or '.join(kinds)
    if 'items' in wanted:
        text = f'{text} of {_described(wanted["items"])}'
    if 'properties' in wanted:
        text = f'{text} with {", ".join(wanted["properties"])}'
    if 'enum' in wanted:
        text = ' or '.join(map(str, wanted['enum']))
    said = wanted.get('description')
    return f'{text}: {said}' if said else text
