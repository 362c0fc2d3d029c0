"""`trailmark plugin ...`."""

import argparse

from trailmark.cli import arguments, collection, command, refusals
from trailmark.cli import remote as remotes


class _Plugin(collection.Kind):
    kind = 'plugin'
    names = ('id', 'name', 'description', 'graph_types', 'clusters')
    details = (
        *('id', 'name', 'description', 'roles', 'graph_types', 'clusters'),
        'is_deleted',
    )
    gone = 'Plugin {} is deleted, and its graphs with it'

    def add_fields(self, parser: argparse.ArgumentParser) -> None:
        collection.add_described(parser, 'node_roles.yaml')


class List(_Plugin, collection.ListOfCluster):
    """List plugins, and the clusters that they are enabled in."""


class Create(_Plugin, collection.Create):
    """Create a plugin, to which graphs are uploaded."""


class Show(_Plugin, collection.Show):
    """Show a plugin: its description, roles, types of graphs, clusters."""


class Update(_Plugin, collection.Update):
    """Change a plugin's name, description or roles."""


class Delete(_Plugin, collection.Delete):
    """Delete a plugin that is enabled in no cluster, and its graphs."""


class _Switch(_Plugin, command.Command):
    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        self.add_record(parser)
        arguments.add_cluster(parser, 'name or id of the cluster', True)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        cluster = self.switch(parsed_args.cluster, parsed_args.record)
        plugins = ', '.join(cluster['plugins']) or 'none'
        self.app.stdout.write(
            f'Plugins of cluster {cluster["name"]}: {plugins}\n'
        )
        return refusals.READY

    def switch(self, cluster: str, plugin: str) -> remotes.Document:
        raise NotImplementedError


class Enable(_Switch):
    """Enable a plugin in a cluster, after those that it has."""

    def switch(self, cluster: str, plugin: str) -> remotes.Document:
        """The cluster as it then is."""
        body = {'plugin': plugin}
        return self.store.create('clusters', cluster, 'plugins', body=body)


class Disable(_Switch):
    """Disable a plugin in a cluster: its tasks and roles go."""

    def switch(self, cluster: str, plugin: str) -> remotes.Document:
        """The cluster as it then is."""
        return self.store.remove('clusters', cluster, 'plugins', plugin)
