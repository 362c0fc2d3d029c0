"""TaskFlow's storage over a flow detail that lives in memory only."""

from collections.abc import Iterable
from typing import Any

from taskflow import states, storage
from taskflow.persistence.backends import impl_memory


class DetailStorage(storage.Storage):
    """Atoms belong to the engine's thread, so no locks; nothing is saved, \
so no copies."""

    def __init__(self, detail: Any) -> None:
        super().__init__(detail, backend=impl_memory.MemoryBackend())
        self._details = {atom.name: atom for atom in detail}

    def ensure_atoms(self, atoms: Iterable[Any]) -> list[str]:
        """Uuids of atoms that the restored detail has already."""
        return [self._details[atom.name].uuid for atom in atoms]

    def fetch_mapped_args(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """None: atoms take no arguments."""
        return {}

    def get_atom_uuid(self, name: str) -> str:
        """Uuid of an atom."""
        uuid: str = self._details[name].uuid
        return uuid

    def get_atom_state(self, name: str) -> str:
        """TaskFlow's state of an atom."""
        state: str = self._details[name].state
        return state

    def get_atom_intention(self, name: str) -> str:
        """TaskFlow's intention for an atom."""
        intention: str = self._details[name].intention
        return intention

    def get_atoms_states(
        self, names: Iterable[str]
    ) -> dict[str, tuple[str, str]]:
        """State and intention by name."""
        found = ((name, self._details[name]) for name in names)
        return {name: (atom.state, atom.intention) for name, atom in found}

    def set_atom_state(self, name: str, state: str) -> None:
        """Set TaskFlow's state of an atom."""
        self._details[name].state = state

    def set_flow_state(self, state: str) -> None:
        """Set TaskFlow's state of the flow."""
        self._flowdetail.state = state

    def set_task_progress(
        self, name: str, progress: float, details: Any = None
    ) -> None:
        """Nothing: what a task says of itself goes into its summary."""

    def save(
        self, name: str, result: Any, state: str = states.SUCCESS
    ) -> None:
        """Keep how an atom ended."""
        self._details[name].put(state, result)
