"""Engines and agents: which there are, and whether they are alive."""

from typing import Any

from trailmark.api import calls
from trailmark.common import clock, process_identity
from trailmark.db import (
    agents,
    connection,
    engines,
    nodes,
    service_records,
)


def index(call: calls.Call) -> calls.Answer:
    """Engines by name, then agents by node and name."""
    return calls.Answer({'services': listed(call.db)})


def listed(db: connection.Database) -> list[dict[str, Any]]:
    """The same as JSON data. Raises DatabaseUnavailable."""
    taken = nodes.names(db)
    found = [_engine(each) for each in engines.list_all(db)]
    return found + [_agent(each, taken) for each in agents.list_all(db)]


def _engine(engine: service_records.Engine) -> dict[str, Any]:
    return {
        'kind': 'engine',
        'name': engine.name,
        'node': None,
        'host': engine.host,
        'pid': engine.pid,
        'version': engine.version,
        'state': 'alive' if _lives(engine) else 'dead',
        'holds': engine.runs,
        'started_at': clock.iso(engine.started_at),
        'seen_at': clock.iso(engine.seen_at),
        'message': None,
    }


def _lives(engine: service_records.Engine) -> bool:
    return engine.is_alive and not process_identity.is_gone(
        engine.host, engine.boot_id, engine.pid, engine.process_started
    )


def _agent(agent: service_records.Agent, taken: set[str]) -> dict[str, Any]:
    return {
        'kind': 'agent',
        'name': agent.name,
        'node': agent.node,
        'host': agent.host,
        'pid': agent.pid,
        'version': agent.version,
        'state': _state(agent, taken),
        'holds': agent.held,
        'started_at': clock.iso(agent.started_at),
        'seen_at': clock.iso(agent.seen_at),
        'message': agent.refused,
    }


def _state(agent: service_records.Agent, taken: set[str]) -> str:
    if agent.refused is not None and service_records.is_recent(agent.seen_ago):
        return 'refused'
    if agent.closing:
        return 'closed'
    if not agent.is_alive:
        return 'dead'
    return 'alive' if agent.node in taken else 'unassigned'
