"""`trailmark sequence ...`."""

import argparse
from collections.abc import Sequence
from typing import Any

import cliff.columns

from trailmark.cli import arguments, collection, executions, remote
from trailmark.common import exceptions

_KIND = 'sequence'


class _Graphs(cliff.columns.FormattableColumn):
    """Graphs of a sequence, and what of them is run if that is not all."""

    def human_readable(self) -> str:
        return '\n'.join(_graph(each) for each in self._value)


def _graph(graph: remote.Document) -> str:
    chosen = (
        f'{field}: {", ".join(map(str, graph[field]))}'
        for field in ('nodes', 'tasks')
        if graph.get(field) is not None
    )
    said = '; '.join(chosen)
    return f'{graph["type"]} ({said})' if said else str(graph['type'])


class _Sequence(collection.Kind):
    kind = _KIND
    names = ('id', 'release', 'name', 'graphs')
    details = ('id', 'release_id', 'release', 'name', 'graphs')
    cells = {'graphs': _Graphs}
    gone = 'Sequence {} is deleted; runs of it stay'

    def add_fields(self, parser: argparse.ArgumentParser) -> None:
        collection.add_graph_types(
            parser, 'graphs that it runs, one after the other'
        )

    def fields(self, chosen: argparse.Namespace) -> remote.Document:
        """What the API is told of a sequence."""
        body = {'name': chosen.name} if chosen.name is not None else {}
        if chosen.graph_types is None:
            return body
        return {**body, 'graphs': [{'type': t} for t in chosen.graph_types]}

    def add_record(self, parser: argparse.ArgumentParser) -> None:
        """Its id, or its name and what makes that the only one."""
        super().add_record(parser)
        parser.add_argument(
            '--release',
            metavar='RELEASE',
            help='release that it is of, where several have one of that name',
        )

    def way(self, chosen: argparse.Namespace) -> tuple[str, ...]:
        """The words of its URL, by its id; raises NotFound."""
        if chosen.record.isdecimal():
            return (*self.words, chosen.record)
        found = list(
            self.store.all(
                *self.words, name=chosen.record, release=chosen.release
            )
        )
        if not found:
            raise exceptions.NotFound(kind=_KIND, name=chosen.record)
        if len(found) > 1:
            owners = ', '.join(each['release'] for each in found)
            self.refuse(f'say --release, there are several: {owners}')
        return (*self.words, str(found[0]['id']))


class List(_Sequence, collection.List):
    """List sequences of graphs, all or those of a release."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Whose sequences."""
        parser = super().get_parser(prog_name)
        owner = parser.add_mutually_exclusive_group()
        owner.add_argument(
            '--release', metavar='RELEASE', help='only those of this release'
        )
        owner.add_argument(
            '--cluster',
            metavar='CLUSTER',
            help='only those of the release of this cluster',
        )
        return parser

    def query(self, chosen: argparse.Namespace) -> remote.Document:
        """Whose sequences."""
        return {'release': chosen.release, 'cluster': chosen.cluster}


class Create(_Sequence, collection.Create):
    """Create a sequence of graphs that run one after the other."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """The same, and its release."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--release',
            metavar='RELEASE',
            required=True,
            help='name or id of the release that it is of',
        )
        return parser

    def fields(self, chosen: argparse.Namespace) -> remote.Document:
        """The same, and its release."""
        if chosen.graph_types is None:
            self.refuse('say --graph-type')
        return {**super().fields(chosen), 'release': chosen.release}


class Show(_Sequence, collection.Show):
    """Show a sequence and the graphs that it runs."""


class Update(_Sequence, collection.Update):
    """Change a sequence's name or its graphs."""


class Delete(_Sequence, collection.Delete):
    """Delete a sequence; runs of it stay."""


class Execute(executions.Executing):
    """Run a sequence on a cluster and follow the run to its end."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which sequence, on which cluster, and how."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'record',
            metavar=_KIND.upper(),
            help="name or id of a sequence of the cluster's release",
        )
        arguments.add_cluster(parser, 'name or id of the cluster', True)
        arguments.add_run_options(parser)
        return parser

    def graphs(self, chosen: argparse.Namespace) -> remote.Document:
        """Its graphs, with the tasks and nodes of them; raises NotFound."""
        found = self._sequence(chosen)
        first = found['graphs'][0]
        said: remote.Document = {
            'graph_types': [each['type'] for each in found['graphs']]
        }
        if chosen.tasks is None and first.get('tasks') is not None:
            said['tasks'] = first['tasks']
        if chosen.nodes is None and first.get('nodes') is not None:
            said['nodes'] = self._names(chosen.cluster, first['nodes'])
        return said

    def _sequence(self, chosen: argparse.Namespace) -> remote.Document:
        for each in self.store.all('sequences', cluster=chosen.cluster):
            if chosen.record in (each['name'], str(each['id'])):
                return each
        raise exceptions.NotFound(
            kind=f'sequence of the release of cluster {chosen.cluster} named',
            name=chosen.record,
        )

    def _names(self, cluster: str, ids: Sequence[Any]) -> list[str]:
        nodes = self.store.get('clusters', cluster)['nodes']
        names = {each['id']: each['name'] for each in nodes}
        return [names.get(each, str(each)) for each in ids]
