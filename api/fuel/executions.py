"""Runs that are begun as Fuel's clients ask for them."""

import collections
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trailmark.api import calls, executions
from trailmark.api.fuel import transactions
from trailmark.common import exceptions, numbers, problems, states
from trailmark.db import clusters, records, runs
from trailmark.flows import graphs as flow_graphs

_RANGE = re.compile('([0-9]{1,18})-([0-9]{1,18})')
_LONGEST_RANGE = 20_000
_MOST_SUBGRAPHS = 1_000

Ids = Mapping[int, str]


def create(call: calls.Call) -> calls.Answer:
    """Begin a run of the graphs that the body names. Fuel: graphs/execute."""
    body = call.body
    return begin(call, body['cluster'], body)


def begin(
    call: calls.Call, cluster: str | int, body: Mapping[str, Any]
) -> calls.Answer:
    """Begin a run: `body` is that of `create`, whatever cluster it names.

    Raises NotFound, InvalidInput, ClusterBusy, and what stands in an
    engine's way.
    """
    found = clusters.get(call.db, cluster)
    wanted = {'cluster': found.id, **_selected(found, body), **_modes(body)}
    begun = executions.start(call, wanted)
    run = runs.get(call.db, begun.number)
    ended = run.state not in states.ACTIVE_RUN_STATES
    return calls.Answer(transactions.shape(call, run), 200 if ended else 202)


def refuse_mixed(chosen: Sequence[Mapping[str, Any]]) -> None:
    """Raise InvalidInput for graphs that no run can have together."""
    found = list(_mixed(chosen))
    types = [each['type'] or flow_graphs.DEFAULT_TYPE for each in chosen]
    for name, count in collections.Counter(types).items():
        if count > 1:
            said = f'{name} stands {count} times'
            found.append(problems.Problem(said, field='graphs'))
    if found:
        raise exceptions.InvalidInput(found)


def _mixed(
    chosen: Sequence[Mapping[str, Any]],
) -> Iterator[problems.Problem]:
    for field in ('nodes', 'tasks'):
        if any(each.get(field) != chosen[0].get(field) for each in chosen):
            said = f'the {field} of all graphs of a run have to be the same'
            yield problems.Problem(said, field='graphs')


def _modes(body: Mapping[str, Any]) -> dict[str, bool]:
    """How to run; to force is to run tasks whatever their conditions say."""
    modes = {
        'dry_run': body.get('dry_run', False),
        'noop': body.get('noop_run', False),
        'ignore_conditions': body.get('force', False),
    }
    return {key: True for key, value in modes.items() if value}


def _selected(
    cluster: records.Cluster, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Types, nodes by name, tasks and subgraphs; raises InvalidInput."""
    chosen = body['graphs']
    found = list(_mixed(chosen))
    ids = _ids(cluster)
    wanted = {
        'graph_types': [
            each['type'] or flow_graphs.DEFAULT_TYPE for each in chosen
        ],
        'tasks': chosen[0].get('tasks'),
        'nodes': _nodes(chosen[0].get('nodes'), ids, cluster.name, found),
        'subgraphs': _subgraphs(body.get('subgraphs'), ids),
    }
    if found:
        raise exceptions.InvalidInput(found)
    return {key: value for key, value in wanted.items() if value is not None}


def node_ids(call: calls.Call) -> list[int] | None:
    """The nodes that the URL names, None if it does not."""
    said = call.numbers('nodes')
    return None if said is None else list(said)


def names(said: Sequence[int], cluster: records.Cluster) -> list[str]:
    """Names of nodes of a cluster by their ids; raises InvalidInput."""
    found: list[problems.Problem] = []
    named = _nodes(said, _ids(cluster), cluster.name, found)
    if found or named is None:
        raise exceptions.InvalidInput(found)
    return named


def _ids(cluster: records.Cluster) -> dict[int, str]:
    return {
        node.id: node.name for node in cluster.nodes if node.id is not None
    }


def _nodes(
    said: Sequence[int] | None,
    ids: Ids,
    cluster: str,
    found: list[problems.Problem],
) -> list[str] | None:
    if said is None:
        return None
    strange = ', '.join(str(each) for each in said if each not in ids)
    if strange:
        found.append(
            problems.Problem(
                f'these are no nodes of cluster {cluster}: {strange}',
                field='nodes',
            )
        )
    return [ids[each] for each in said if each in ids]


def _subgraphs(
    said: Sequence[Mapping[str, Any]] | None, ids: Ids
) -> list[str] | None:
    """Every start with every end: together they are Fuel's union."""
    if said is None:
        return None
    pairs = (
        (start, end)
        for each in said
        for start in _ends(each.get('start'), ids)
        for end in _ends(each.get('end'), ids)
    )
    found = [
        f'{start}:{end}' if end else start
        for start, end in itertools.islice(pairs, _MOST_SUBGRAPHS + 1)
    ]
    if len(found) > _MOST_SUBGRAPHS:
        message = f'there are more than {_MOST_SUBGRAPHS} pairs of ends'
        raise calls.refused(message, 'subgraphs')
    return found


def _ends(said: Sequence[str | None] | str | None, ids: Ids) -> list[str]:
    """Tasks on nodes by name; one empty text for a side that is open."""
    listed = [said] if isinstance(said, str) else said or ()
    return [_end(each, ids) for each in listed if each] or ['']


def _end(text: str, ids: Ids) -> str:
    task, slash, listed = text.partition('/')
    named = (name for part in listed.split(',') for name in _named(part, ids))
    names = list(itertools.islice(named, _LONGEST_RANGE + 1))
    # Too many are left as they stand, which no node is called.
    if len(names) > _LONGEST_RANGE:
        return text
    return f'{task}{slash}{",".join(names)}'


def _named(part: str, ids: Ids) -> Sequence[str]:
    """Names of nodes by their id, or a range of ids; else the text itself."""
    number = numbers.identifier(part)
    if number is not None and number in ids:
        return [ids[number]]
    match = _RANGE.fullmatch(part)
    if match is None:
        return [part]
    first, last = int(match[1]), int(match[2])
    if not first <= last < first + _LONGEST_RANGE:
        return [part]
    return [ids.get(each, str(each)) for each in range(first, last + 1)]
