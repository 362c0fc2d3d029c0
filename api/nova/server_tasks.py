"""Tasks of servers: asked for, followed, stopped and resumed."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.api import calls, executions, run_secrets, runs
from trailmark.api.nova import (
    faults,
    microversions,
    parameters,
    servers,
    versions,
)
from trailmark.common import clock, exceptions, secrets, states
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import clusters, instance_records, server_tasks
from trailmark.db import runs as db_runs

_USUAL = 20
_E, _R = ExecutionState, RunState
#: The states of a task of which it depends on its server what is said.
_OVER = (_R.READY, _R.ERROR, _R.CANCELLED)
_UNDONE = (_R.PENDING, _R.RUNNING, _R.STOPPING, _R.STOPPED)
_STATES: Mapping[str, tuple[RunState, ...]] = {
    'RUNNING': _UNDONE,
    'COMPLETED': (_R.READY,),
    'ABORTED': _OVER,
    'TIMED_OUT': _OVER,
    **{str(state): (state,) for state in RunState},
}
_ITEM_STATES = {
    _E.PENDING: 'WAITING',
    _E.RUNNING: 'RUNNING',
    _E.READY: 'COMPLETED',
    _E.ERROR: 'ABORTED',
    _E.DEP_FAILED: 'ABORTED',
    _E.CANCELLED: 'ABORTED',
}


def index(call: calls.Call, server: str) -> calls.Answer:
    """Tasks of a server, the newest first."""
    microversions.of(call.request)
    number, limit = servers.found(call, server).id, _limit(call)
    matching = _matching(call, number)
    shown = list(itertools.islice(matching, limit))
    body: dict[str, Any] = {'tasks': shown}
    if shown and len(shown) == limit and next(matching, None) is not None:
        body['links'] = parameters.following(call, shown[-1]['id'])
    return calls.Answer(body)


def create(call: calls.Call, server: str) -> calls.Answer:
    """Run a graph type of the server's cluster on this server alone."""
    microversions.of(call.request)
    return _begin(call, server, call.body['action'])


def act(call: calls.Call, server: str) -> calls.Answer:
    """The same as Nova's clients ask for actions: `{"os-start": null}`."""
    microversions.of(call.request)
    [action] = call.body
    return _begin(call, server, action)


def show(call: calls.Call, server: str, task: str) -> calls.Answer:
    """One task of a server."""
    return _answer(call, _found(call, server, task))


def items(call: calls.Call, server: str, task: str) -> calls.Answer:
    """What a task consists of, in order; nothing that was skipped."""
    found = _found(call, server, task)
    return calls.Answer(
        {
            'items': [
                _item(found, each)
                for each in server_tasks.items(call.db, found)
                if each.state != _E.SKIPPED
            ]
        }
    )


def stop(call: calls.Call, server: str, task: str) -> calls.Answer:
    """Let what runs end, and leave the rest for a resume."""
    found = _alone(call, server, task, 'stop')
    runs.stop(call, found.run)
    return _answer(call, _found(call, server, task), 202)


def cancel(call: calls.Call, server: str, task: str) -> calls.Answer:
    """End what runs, and give the rest up."""
    found = _alone(call, server, task, 'cancel')
    runs.cancel(call, found.run)
    return _answer(call, _found(call, server, task), 202)


def resume(call: calls.Call, server: str, task: str) -> calls.Answer:
    """Go on with what is not done."""
    found = _alone(call, server, task, 'resume')
    runs.resume(call, found.run)
    return _answer(call, _found(call, server, task), 202)


def _limit(call: calls.Call) -> int:
    return parameters.limit(call, _USUAL)


def _matching(call: calls.Call, server: int) -> Iterator[dict[str, Any]]:
    """Tasks that the parameters choose."""
    said = call.text('state')
    wanted = said if said in _STATES else (said or '').upper()
    if said is not None and wanted not in _STATES:
        raise calls.refused(f'there are: {", ".join(_STATES)}', 'state')
    marker = call.number('marker')
    since = call.moment('since')
    chosen = _STATES.get(wanted or '', ())
    while True:
        found = server_tasks.list_of(
            call.db, server, 2 * _USUAL, marker, chosen, since
        )
        for shown in _shapes(call, found):
            if not wanted or wanted in (shown['state'], shown['status']):
                yield shown
        if len(found) < 2 * _USUAL:
            return
        marker = found[-1].run


def _begin(call: calls.Call, server: str, action: str) -> calls.Answer:
    node = servers.found(call, server)
    if node.deleted:
        raise exceptions.NotFound(kind='server', name=server)
    body = {
        'cluster': node.cluster_id,
        'graph_types': [_type(call, node, action)],
        'nodes': [node.name],
    }
    begun = executions.start(call, body)
    found = _found(call, server, str(begun.number))
    answer = _answer(call, found, 202)
    place = versions.url(call, 'servers', node.id, 'tasks', found.run)
    return calls.Answer(answer.body, 202, {'Location': place})


def _type(call: calls.Call, node: instance_records.Server, action: str) -> str:
    """The graph type that an action names; raises InvalidInput."""
    known = {each.type for each in clusters.graphs(call.db, node.cluster_id)}
    for name in (action, action.removeprefix('os-')):
        if name in known:
            return name
    raise calls.refused(
        f'cluster {node.cluster} has no graph of type {action} '
        f'(there are: {", ".join(sorted(known))})',
        'action',
    )


def _found(
    call: calls.Call, server: str, task: str
) -> instance_records.InstanceRun:
    """The task of a server with this id. Raises NotFound."""
    microversions.of(call.request)
    number = servers.found(call, server).id
    return server_tasks.get(call.db, number, calls.identifier('task', task))


def _alone(
    call: calls.Call, server: str, task: str, action: str
) -> instance_records.InstanceRun:
    """A task that is of this server alone. Raises TaskShared."""
    found = _found(call, server, task)
    if server_tasks.is_shared(call.db, found):
        raise exceptions.TaskShared(
            run=found.run, server=server, action=action
        )
    return found


def _answer(
    call: calls.Call, found: instance_records.InstanceRun, status: int = 200
) -> calls.Answer:
    [shown] = _shapes(call, [found])
    return calls.Answer({'task': shown}, status)


def _shapes(
    call: calls.Call, found: list[instance_records.InstanceRun]
) -> Iterator[dict[str, Any]]:
    full = faults.is_full(call)
    known = server_tasks.progress(call.db, found)
    for run, progress in zip(found, known, strict=True):
        yield _shape(call, run, progress, full)


def _shape(
    call: calls.Call,
    run: instance_records.InstanceRun,
    progress: instance_records.Progress,
    full: bool,
) -> dict[str, Any]:
    total = sum(progress.counts.values())
    done = sum(progress.counts.get(state, 0) for state in states.DONE_STATES)
    failure, left = progress.failure, progress.checkpoint
    url = versions.url(call, 'servers', run.server, 'tasks', run.run)
    return {
        'id': str(run.run),
        'server_id': str(run.server),
        'action': ','.join(run.graph_types),
        'state': _state(run, failure),
        'status': str(run.state),
        'control': str(run.asked),
        'request_id': run.request_id,
        'created_by': run.user,
        'created_at': clock.iso(run.created_at),
        'started_at': clock.iso(run.started_at),
        'finished_at': clock.iso(run.ended_at),
        'updated_at': clock.iso(run.updated_at),
        'progress': 100 * done // max(1, total),
        'done': done,
        'total': total,
        'error': failure and faults.error(failure, full),
        'checkpoint': left and _checkpoint(call, run.run, left),
        '_links': {
            'self': {'href': url},
            'items': {'href': f'{url}/items'},
        },
    }


def _state(
    run: instance_records.InstanceRun,
    failure: instance_records.Failure | None,
) -> str:
    """The word for a task; a server may fail in a run that does not."""
    if run.state in _UNDONE:
        return 'RUNNING'
    if failure is None:
        return 'COMPLETED' if run.state == _R.READY else 'ABORTED'
    return 'TIMED_OUT' if failure.kind == 'Timeout' else 'ABORTED'


def _checkpoint(
    call: calls.Call, run: int, left: instance_records.LastCheckpoint
) -> dict[str, Any]:
    hidden = run_secrets.of_run(call, db_runs.get(call.db, run))
    return {
        'seq': left.seq,
        'label': left.label,
        'data': secrets.mask_data(left.body, hidden),
        'created_at': clock.iso(left.at),
    }


def _item(
    run: instance_records.InstanceRun, item: instance_records.InstanceItem
) -> dict[str, Any]:
    state = _ITEM_STATES[item.state]
    if item.state == _E.ERROR and item.kind == 'Timeout':
        state = 'TIMED_OUT'
    return {
        'id': str(item.number),
        'task_id': str(run.run),
        'action': item.task,
        'state': state,
        'created_at': clock.iso(run.created_at),
        'started_at': clock.iso(item.started_at),
        'ended_at': clock.iso(item.ended_at),
    }
