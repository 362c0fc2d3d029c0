"""How many nodes of each group may fail before nothing more is started."""

from collections.abc import Sequence

from trailmark.flows import graphs, plan
from trailmark.flows import tolerance as grouping


class Tolerance:
    """Counts failed nodes by group; a node counts once in each."""

    def __init__(
        self,
        groups: Sequence[plan.ToleranceGroup],
        nodes: Sequence[graphs.Node | None],
    ) -> None:
        self._groups, self._nodes = groups, nodes
        self.failed: dict[int, None] = {}

    def fail(self, node: int) -> None:
        """Count a node as failed, once."""
        self.failed[node] = None

    def exceeded(self) -> plan.ToleranceGroup | None:
        """The first group of which too many nodes have failed."""
        if not self.failed:
            return None
        failed = self.failed.keys()
        for group in self._groups:
            if len(group.nodes & failed) > group.allowed:
                return group
        return None

    def names(self, only: frozenset[int] | None = None) -> str:
        """Names of the failed nodes, in the order of their failures."""
        return ', '.join(
            node.name if (node := self._nodes[number]) else '-'
            for number in self.failed
            if only is None or number in only
        )

    def explain(self, group: plan.ToleranceGroup) -> str:
        """Why the run is braked."""
        failed = len(group.nodes & self.failed.keys())
        of = group.name
        if of != grouping.UNGROUPED:
            of = f'group {of}'
        return (
            f'fault tolerance of {of} is exceeded: '
            f'{failed} failed ({self.names(group.nodes)}), '
            f'{group.allowed} allowed'
        )
