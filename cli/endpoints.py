"""Which API is asked, and as whom: options, then the environment."""

import argparse
import os

from trailmark.cli import connection


def add_options(parser: argparse.ArgumentParser) -> None:
    """--endpoint, --user and --password."""
    parser.add_argument(
        '--endpoint',
        metavar='URL',
        default=os.environ.get('TRAILMARK_ENDPOINT') or None,
        help='Ask the API there, like http://host:8000, instead of working '
        'on this machine; by default TRAILMARK_ENDPOINT.',
    )
    parser.add_argument(
        '--user',
        metavar='NAME',
        default=os.environ.get('TRAILMARK_USER') or None,
        help='Who asks there; by default TRAILMARK_USER, else what ~/.netrc '
        'says of the host.',
    )
    parser.add_argument(
        '--password',
        metavar='PASSWORD',
        help='The password of the user; others on this machine may see it, '
        'in TRAILMARK_PASSWORD and ~/.netrc they do not.',
    )


def options(said: argparse.Namespace) -> connection.Options:
    """How to connect, as these options say."""
    return connection.Options(
        config_files=tuple(said.config_files),
        endpoint=said.endpoint,
        user=said.user,
        password=said.password or os.environ.get('TRAILMARK_PASSWORD'),
    )
