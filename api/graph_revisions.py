"""Revisions of a graph: when it changed, by whom, and what it was."""

from typing import Any

from trailmark.api import calls, graph_shapes, lists, owned_graphs
from trailmark.common import clock, exceptions
from trailmark.db import graphs as db_graphs
from trailmark.db import records

#: Each is read with its tasks.
_AT_A_TIME = 20


def index(call: calls.Call) -> calls.Answer:
    """Revisions of an owner's graph, the newest first."""
    level, owner, kind = _which(call)

    def fetch(marker: int | None, limit: int) -> lists.Entries:
        found = db_graphs.revisions_of(
            call.db, level, owner, kind, marker, limit
        )
        return [shape(each) for each in found]

    return lists.answer(call, fetch, _AT_A_TIME, 'revision')


def show(call: calls.Call, number: int) -> calls.Answer:
    """The graph that was this revision, as it was written."""
    level, owner, kind = _which(call)
    found = db_graphs.revision(call.db, level, owner, kind, number)
    if found.graph is None:
        name = f'{number}, which removed it'
        raise exceptions.NotFound(kind='content of revision', name=name)
    shown = graph_shapes.shape(call, found.graph)
    return calls.Answer({**shape(found), **shown})


def shape(revision: records.GraphRevision) -> dict[str, Any]:
    """A revision as JSON data; `tasks` is their number, null if removed."""
    graph = revision.graph
    return {
        'revision': revision.revision,
        'created_at': clock.iso(revision.at),
        'actor': revision.actor,
        'tasks': None if graph is None else len(graph.tasks),
        'changes': list(revision.changes),
    }


def _which(call: calls.Call) -> tuple[str, str | int, str]:
    named = {level: call.text(level) for level in db_graphs.LEVELS}
    level, owner = owned_graphs.owner_of(named)
    return level, owner, owned_graphs.type_of(call.text('type'))
