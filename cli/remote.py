"""The requests of the API, one method each."""

import sys
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trailmark.cli import patience, refusals
from trailmark.common import notes, states

if TYPE_CHECKING:
    import httpx

#: An object of JSON, as the API answers it.
Document = dict[str, Any]

_PAGE = 1000


class Remote:
    """The API behind a client; every method raises what `refusals` tells."""

    def __init__(self, client: 'httpx.Client') -> None:
        self._client = client
        self._notes: set[str] = set()

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        **query: Any,
    ) -> Document:
        wanted = {
            name: value for name, value in query.items() if value is not None
        }
        answer = self._answer(
            method, f'/api/v1/{path}', json=body, params=wanted
        )
        found: Document = answer.json() if answer.content else {}
        return found

    def _answer(self, method: str, url: str, **sent: Any) -> 'httpx.Response':
        answer = self._client.request(method, url, **sent)
        if answer.status_code >= 400:
            raise refusals.error_of(answer)
        for note in answer.headers.get_list(notes.HEADER):
            self._tell(note)
        return answer

    def _tell(self, note: str) -> None:
        """Once, though every page says it."""
        if note not in self._notes:
            self._notes.add(note)
            sys.stderr.write(f'warning: {note}\n')

    def _pages(self, path: str, key: str, **query: Any) -> Iterator[Document]:
        marker: Any = None
        while True:
            page = self._ask('GET', path, marker=marker, **query)
            yield from page[key]
            marker = page.get('next')
            if marker is None:
                return

    def deploy(self, body: Mapping[str, Any]) -> Document:
        """Store a deployment and start a run: run, cluster, changes."""
        return self._begin('deployments', body)

    def execute(self, body: Mapping[str, Any]) -> Document:
        """Start a run of stored graphs: run, warnings."""
        return self._begin('runs', body)

    def _begin(self, path: str, body: Mapping[str, Any]) -> Document:
        """Begin one run, though it may have to be asked for several times."""
        token = uuid.uuid4().hex
        sent = {
            'Idempotency-Key': token,
            'X-Openstack-Request-Id': f'req-{uuid.UUID(token)}',
        }
        url = f'/api/v1/{path}'
        answer = patience.ask(
            lambda: self._answer('POST', url, json=body, headers=sent)
        )
        found: Document = answer.json()
        return found

    def runs(self, **filters: Any) -> Iterator[Document]:
        """Runs, the newest first; filters are those of the API's query."""
        return self._pages('runs', 'runs', **filters)

    def audit(self, **filters: Any) -> Iterator[Document]:
        """Who asked for what, the newest first; filters as of runs."""
        return self._pages('audit', 'audit', **filters)

    def run(self, run: int) -> Document:
        """One run as it is now."""
        found: Document = self._ask('GET', f'runs/{run}')['run']
        return found

    def delete(self, run: int) -> None:
        """Hide a run that has ended."""
        self._ask('DELETE', f'runs/{run}')

    def ask(self, run: int, wish: states.Asked) -> Document:
        """Ask for stop or cancel; the run as it then is."""
        found: Document = self._ask('POST', f'runs/{run}/{wish}', {})['run']
        return found

    def resume(self, run: int, skip: Sequence[str]) -> Document:
        """Resume a run: run, changed_tasks."""
        return self._ask('POST', f'runs/{run}/resume', {'skip': list(skip)})

    def nodes(self, run: int) -> list[Document]:
        """Nodes of a run with their counts; `node` None is no node."""
        found: list[Document] = self._ask('GET', f'runs/{run}/nodes')['nodes']
        return found

    def times(self, run: int) -> Document:
        """Where the time of a run went; it takes longer than the rest."""
        found: Document = self._ask('GET', f'runs/{run}/times')['times']
        return found

    def transitions(self, run: int, after: int = 0) -> Iterator[Document]:
        """Transitions of a run from the one after `after` on."""
        while True:
            page = self._ask(
                'GET', f'runs/{run}/transitions', after=after, limit=_PAGE
            )['transitions']
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1]['id']

    def transitions_of(self, **filters: Any) -> Iterator[Document]:
        """Transitions of many runs; filters are those of the history."""
        return self._pages(
            'transitions', 'transitions', limit=_PAGE, **filters
        )

    def of_run(self, run: int, noun: str) -> Iterator[Document]:
        """Faults or checkpoints of a run, the oldest first."""
        return self._pages(f'runs/{run}/{noun}', noun, limit=_PAGE)

    def outputs(self, run: int) -> list[Document]:
        """What attempts of a run print that run now."""
        found: list[Document] = self._ask('GET', f'runs/{run}/outputs')[
            'outputs'
        ]
        return found

    def history(self, **filters: Any) -> Iterator[Document]:
        """Rows of the history; filters are those of the API's query."""
        limit = filters.pop('limit', _PAGE)
        return self._pages(
            'tasks_history', 'tasks_history', limit=limit, **filters
        )

    def failed(self, run: int, limit: int) -> list[Document]:
        """The first executions of a run in error, with their summaries."""
        found: list[Document] = self._ask(
            'GET',
            f'runs/{run}/tasks_history',
            statuses=states.ExecutionState.ERROR.value,
            summary=1,
            limit=limit,
        )['tasks_history']
        return found

    def task(self, run: int, name: str) -> Document:
        """One execution with attempts, transitions and checkpoint."""
        quoted = urllib.parse.quote(name, safe='@')
        found: Document = self._ask('GET', f'runs/{run}/tasks/{quoted}')[
            'task'
        ]
        return found

    def drivers(self) -> list[Document]:
        """Every type of task that is known."""
        found: list[Document] = self._ask('GET', 'drivers')['drivers']
        return found

    def services(self) -> list[Document]:
        """Engines and agents."""
        found: list[Document] = self._ask('GET', 'services')['services']
        return found

    def driver(self, name: str) -> Document:
        """One type of task, with the schema of its parameters."""
        quoted = urllib.parse.quote(name, safe='')
        found: Document = self._ask('GET', f'drivers/{quoted}')['driver']
        return found

    def graph(self, question: str, body: Mapping[str, Any]) -> Document:
        """What the API says to a question about a graph."""
        return self._ask('POST', f'graphs/{question}', body)
