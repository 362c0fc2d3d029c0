"""`trailmark release ...`."""

import argparse

from trailmark.cli import collection


class _Release(collection.Kind):
    kind = 'release'
    names = ('id', 'name', 'description', 'graph_types')
    details = (
        *('id', 'name', 'description', 'roles', 'graph_types', 'clusters'),
        'is_deleted',
    )
    gone = 'Release {} is deleted, and its graphs with it'

    def add_fields(self, parser: argparse.ArgumentParser) -> None:
        collection.add_described(parser, 'roles.yaml')


class List(_Release, collection.List):
    """List releases."""


class Create(_Release, collection.Create):
    """Create a release, to which graphs are uploaded."""


class Show(_Release, collection.Show):
    """Show a release: its description, roles and types of graphs."""


class Update(_Release, collection.Update):
    """Change a release's name, description or roles."""


class Delete(_Release, collection.Delete):
    """Delete a release that no cluster uses, and its graphs."""
