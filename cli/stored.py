"""The requests of the API about graphs and those who own them."""

import dataclasses
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.cli import remote

_PAGE = 100
_GRAPHS = 'deployment_graphs'
#: Level of a cluster's graph -> last word of the URL of its tasks.
_LEVELS = {'all': (), 'cluster': ('own',)}


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """Who a graph belongs to: `level` is release, plugin or cluster."""

    level: str
    name: str

    @property
    def query(self) -> remote.Document:
        """The owner as a parameter of a request."""
        return {self.level: self.name}


class Store(remote.Remote):
    """What is kept by the API; a record is named by the words of its URL."""

    def all(self, *words: str, **query: Any) -> Iterator[remote.Document]:
        """Every record of a list, whatever the size of its pages."""
        query = {name: said for name, said in query.items() if said}
        url = f'/api/v1/{_path(words)}'
        answer = self._answer('GET', url, params={'limit': _PAGE, **query})
        yield from answer.json()
        while 'next' in answer.links:
            answer = self._answer('GET', answer.links['next']['url'])
            yield from answer.json()

    def get(self, *words: str, **query: Any) -> remote.Document:
        """One record."""
        return self._ask('GET', _path(words), **query)

    def create(self, *words: str, body: Mapping[str, Any]) -> remote.Document:
        """The new record of a list; or what was done, for a list of acts."""
        return self._ask('POST', _path(words), body)

    def change(self, *words: str, body: Mapping[str, Any]) -> remote.Document:
        """A record with the keys of the body changed."""
        return self._ask('PUT', _path(words), body)

    def remove(self, *words: str) -> remote.Document:
        """Delete a record; what is left to say."""
        return self._ask('DELETE', _path(words))

    def reset(self, cluster: str, force: bool) -> remote.Document:
        """Let what a cluster ran no longer count as its state."""
        path = _path(('clusters', cluster, 'reset'))
        return self._ask('PUT', path, {}, force=int(force))

    def graphs(self, **ids: Any) -> Iterator[remote.Document]:
        """Graphs of the owners with these ids, all without one."""
        return self.all('graphs', **ids)

    def graphs_of(self, owner: Owner) -> Iterator[remote.Document]:
        """The graphs that belong to an owner alone."""
        return self.all(f'{owner.level}s', owner.name, _GRAPHS)

    def own_graph(
        self, owner: Owner, kind: str, with_secrets: bool = False
    ) -> remote.Document:
        """An owner's graph of a type, its tasks as they were written."""
        query = {'as_written': 1, **_secrets(with_secrets)}
        return self.get(*_graph(owner, kind), **query)

    def remove_graph(self, owner: Owner, kind: str) -> None:
        """Delete an owner's graph of a type."""
        self.remove(*_graph(owner, kind))

    def upload(self, body: Mapping[str, Any]) -> remote.Document:
        """Store a graph from files: graph, changes, warnings."""
        return self.create('graphs', 'upload', body=body)

    def revisions(self, owner: Owner, kind: str) -> Iterator[remote.Document]:
        """What an owner's graph of a type was, the newest first."""
        query = {**owner.query, 'type': kind}
        return self.all('graphs', 'revisions', **query)

    def revision(
        self, owner: Owner, kind: str, number: int, with_secrets: bool = False
    ) -> Any:
        """The graph that was the revision of this number."""
        query = {**owner.query, 'type': kind, **_secrets(with_secrets)}
        return self.get('graphs', 'revisions', str(number), **query)

    def merged(
        self,
        cluster: str,
        kind: str,
        level: str,
        provenance: bool = False,
        with_secrets: bool = False,
    ) -> list[remote.Document]:
        """Tasks of a cluster's graph, of all levels or of one of them."""
        words = _LEVELS.get(level, (level,))
        found: Any = self.get(
            *('clusters', cluster, 'deployment_tasks', *words),
            graph_type=kind,
            as_written=1,
            provenance=1 if provenance else None,
            **_secrets(with_secrets),
        )
        return list(found)


def _secrets(wanted: bool) -> dict[str, int]:
    return {'with_secrets': 1} if wanted else {}


def _graph(owner: Owner, kind: str) -> tuple[str, ...]:
    return f'{owner.level}s', owner.name, _GRAPHS, kind


def _path(words: tuple[str, ...]) -> str:
    return '/'.join(urllib.parse.quote(word, safe='') for word in words)
