"""Every kind of fault, by what is at fault."""

from collections.abc import Mapping

from trailmark.tests.functional import (
    agent_faults,
    broker_faults,
    clock_faults,
    database_faults,
    engine_faults,
    journal_faults,
    kinds,
    network_faults,
    stopping_faults,
)

#: A new kind stands in the tuple of its group, a new group stands here.
GROUPS: Mapping[str, tuple[kinds.Fault, ...]] = {
    'engine': engine_faults.ALL,
    'agent': agent_faults.ALL,
    'journal': journal_faults.ALL,
    'broker': (*broker_faults.ALL, *network_faults.ALL),
    'database': database_faults.ALL,
    'clock': clock_faults.ALL,
    'stopping': stopping_faults.ALL,
}
ALL: tuple[kinds.Fault, ...] = tuple(
    fault for group in GROUPS.values() for fault in group
)
