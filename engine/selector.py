"""Which executions may start: every edge is looked at twice, not more."""

from collections.abc import Iterator
from typing import Any

from taskflow import states
from taskflow.engines.action_engine import deciders, selector

from trailmark.flows import compile as compiled


class FlatSelector(selector.Selector):
    """Counts for each execution how many before it have not ended."""

    _waits_for: dict[compiled.Execution, int]

    def iter_next_atoms(
        self, atom: compiled.Execution | None = None
    ) -> Iterator[tuple[compiled.Execution, Any]]:
        """What may start now, or only because the atom has ended."""
        ready = self._all_ready() if atom is None else self._ready_after(atom)
        return ((execution, deciders.NoOpDecider()) for execution in ready)

    def _all_ready(self) -> list[compiled.Execution]:
        # Asked at the start, and at the end for what is left over. There
        # RUNNING means given to the executor and handed back: left over
        # too, or the machine would end as REVERTED.
        done = {
            atom
            for atom in self._execution_graph
            if self._storage.get_atom_state(atom.name) == states.SUCCESS
        }
        before = self._execution_graph.predecessors
        self._waits_for = {
            atom: sum(other not in done for other in before(atom))
            for atom in self._execution_graph
            if atom not in done
        }
        return [atom for atom, count in self._waits_for.items() if not count]

    def _ready_after(
        self, atom: compiled.Execution
    ) -> Iterator[compiled.Execution]:
        bad = atom.is_bad
        for after in self._execution_graph.successors(atom):
            if after not in self._waits_for:
                continue  # it had ended before the run was resumed
            after.blocked = after.blocked or bad
            self._waits_for[after] -= 1
            if not self._waits_for[after]:
                yield after
