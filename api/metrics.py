"""What Prometheus scrapes: runs, their executions, engines and agents."""

import collections

import prometheus_client

from trailmark.api import calls, services
from trailmark.common import states
from trailmark.db import run_filters, runs

#: Active runs of which executions are counted.
_MOST_RUNS = 1000
_TYPE = 'text/plain; version=0.0.4; charset=utf-8'


def show(call: calls.Call) -> calls.Answer:
    """Gauges in Prometheus's text format, read from the tables now."""
    registry = prometheus_client.CollectorRegistry()
    _runs(call, registry)
    _services(call, registry)
    text = prometheus_client.generate_latest(registry)
    return calls.Answer(text=text.decode(), headers={'Content-Type': _TYPE})


def _runs(
    call: calls.Call, registry: prometheus_client.CollectorRegistry
) -> None:
    by_status = _gauge(registry, 'runs', 'Runs', 'status')
    numbers = runs.numbers(call.db)
    for state in states.RunState:
        by_status.labels(state.value).set(numbers.get(state, 0))
    chosen = run_filters.Filter(states=tuple(states.ACTIVE_RUN_STATES))
    counted: collections.Counter[str] = collections.Counter()
    for run in runs.list_all(call.db, chosen, _MOST_RUNS):
        counted.update(run.counts)
    of_active = _gauge(
        registry, 'executions', 'Task executions of active runs', 'status'
    )
    for each in states.ExecutionState:
        of_active.labels(each.value).set(counted[each])


def _services(
    call: calls.Call, registry: prometheus_client.CollectorRegistry
) -> None:
    found = services.listed(call.db)
    by_state = _gauge(
        registry, 'services', 'Engines and agents', 'kind', 'state'
    )
    for service in found:
        by_state.labels(service['kind'], service['state']).inc()
    held = _gauge(
        registry,
        'service_holds',
        'Runs of an engine, attempts of an agent',
        'kind',
        'name',
        'node',
    )
    for service in found:
        node = service['node'] or ''
        held.labels(service['kind'], service['name'], node).set(
            service['holds']
        )


def _gauge(
    registry: prometheus_client.CollectorRegistry,
    name: str,
    said: str,
    *labels: str,
) -> prometheus_client.Gauge:
    return prometheus_client.Gauge(
        f'trailmark_{name}', said, labels, registry=registry
    )
