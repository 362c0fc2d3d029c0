"""Plans as stored runs, for tests of the engine and of the database."""

from trailmark.common.states import ExecutionState, RunState
from trailmark.db import connection, deployments, records, runs
from trailmark.flows import plan
from trailmark.messaging import contracts

HOLDER = contracts.Holder('host', 'boot', 1, 1)


def store(
    database: connection.Database,
    planned: plan.Plan,
    cluster: str = 'c',
    lease_seconds: float = 30.0,
) -> records.Claim:
    """Insert a run of the plan, claimed by HOLDER."""
    stored = deployments.store(
        database,
        records.DeploymentRecord(
            cluster, f'/{cluster}', cluster, (), (), {}, (), ('default',)
        ),
    )
    run = new_run(stored.cluster.id, planned)
    _, claim = runs.insert(database, run, HOLDER, lease_seconds)
    assert claim is not None
    return claim


def new_run(cluster_id: int, planned: plan.Plan) -> records.NewRun:
    """The rows of a plan."""
    keys = sorted(
        (vertex.graph, vertex.node, vertex.task.number)
        for vertex in planned.vertices
        if vertex.task is not None
    )
    totals = {task.number: 0 for task in planned.tasks}
    for _, _, number in keys:
        totals[number] += 1
    return records.NewRun(
        cluster_id=cluster_id,
        graph_types=planned.graph_types,
        state=RunState.RUNNING,
        request={},
        snapshot={},
        nodes=[
            (number, None, node.name if node else None, ())
            for number, node in enumerate(planned.nodes)
        ],
        tasks=[
            records.NewTask(task.number, 0, task.id, totals[task.number])
            for task in planned.tasks
        ],
        executions=[(*key, ExecutionState.PENDING) for key in keys],
    )
