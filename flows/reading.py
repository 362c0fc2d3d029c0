"""How well the files of a deployment could be read."""

import dataclasses

from trailmark.common import problems


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What is wrong with the files, and what is not known because of it.

    Where tasks or nodes are missing, a name that means none of the others
    may mean one of them: nothing is said of it.
    """

    found: tuple[problems.Problem, ...] = ()
    has_all_tasks: bool = True
    has_all_nodes: bool = True

    @property
    def is_refused(self) -> bool:
        """Whether the files can't be taken as they are."""
        return any(
            each.severity is problems.Severity.ERROR for each in self.found
        )

    @property
    def unsure(self) -> frozenset[str]:
        """Fields of a selection whose names can't be judged."""
        fields: set[str] = set()
        if not self.has_all_tasks:
            fields |= {'tasks', 'subgraphs', 'selection'}
        if not self.has_all_nodes:
            fields |= {'nodes', 'subgraphs', 'selection'}
        return frozenset(fields)


#: Everything is there and nothing is wrong.
WHOLE = Reading()
