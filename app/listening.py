"""Where an API listens, as a command line says it."""

import argparse
from typing import Any


def add_options(parser: argparse.ArgumentParser) -> None:
    """--host and --port."""
    parser.add_argument(
        '--host',
        metavar='H',
        help='address to listen on; by default [api] host, 127.0.0.1',
    )
    parser.add_argument(
        '--port',
        metavar='N',
        type=_port,
        help='port to listen on, 0 for a free one; by default [api] port, '
        '8000',
    )


def override(conf: Any, said: argparse.Namespace) -> None:
    """Have the options of a configuration say what the command line says."""
    for name in ('host', 'port'):
        if getattr(said, name) is not None:
            conf.set_override(name, getattr(said, name), group='api')


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f'{text!r} is no port: 0 to 65535')
    return port
