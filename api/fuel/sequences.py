"""Sequences: graphs of a release that run one after the other."""

from typing import Any

from trailmark.api import calls, lists
from trailmark.api.fuel import executions
from trailmark.common import exceptions
from trailmark.db import clusters, records, sequences


def index(call: calls.Call) -> calls.Answer:
    """All of them, or those of a release, of a cluster's release, by name."""
    chosen = sequences.Filter(
        release=call.text('release'),
        cluster=call.text('cluster'),
        name=call.text('name'),
    )

    def fetch(marker: int | None, limit: int) -> lists.Entries:
        found = sequences.list_all(call.db, chosen, limit, marker or 0)
        return [shape(each) for each in found]

    return lists.answer(call, fetch)


def show(call: calls.Call, sequence: int) -> calls.Answer:
    """One of them."""
    return calls.Answer(shape(sequences.get(call.db, sequence)))


def create(call: calls.Call) -> calls.Answer:
    """A new one; `id` and `release_id` of one that was downloaded are not
    used. Fuel: /sequences.
    """
    body = call.body
    executions.refuse_mixed(body['graphs'])
    made = sequences.create(
        call.db, body['release'], body['name'], body['graphs']
    )
    return calls.Answer(shape(made), 201)


def update(call: calls.Call, sequence: int) -> calls.Answer:
    """Change its name, its graphs, or both."""
    body = call.body
    executions.refuse_mixed(body.get('graphs', ()))
    return calls.Answer(shape(sequences.update(call.db, sequence, body)))


def delete(call: calls.Call, sequence: int) -> calls.Answer:
    """Delete it; runs of it stay."""
    sequences.delete(call.db, sequence)
    return calls.Answer(status=204)


def execute(call: calls.Call, sequence: int) -> calls.Answer:
    """Begin a run of its graphs on a cluster of its release."""
    found = sequences.get(call.db, sequence)
    body = call.body
    cluster = clusters.get(call.db, body['cluster'])
    if cluster.release_id != found.release_id:
        raise exceptions.NotFound(
            kind=f'cluster of release {found.release} named',
            name=cluster.name,
        )
    wanted = {**body, 'graphs': found.graphs}
    return executions.begin(call, cluster.id, wanted)


def shape(sequence: records.GraphSequence) -> dict[str, Any]:
    """A sequence as JSON data."""
    return {
        'id': sequence.id,
        'release_id': sequence.release_id,
        'release': sequence.release,
        'name': sequence.name,
        'graphs': list(sequence.graphs),
    }
