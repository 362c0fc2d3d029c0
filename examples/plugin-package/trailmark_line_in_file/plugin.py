"""The plugin that tells which steps it has, and how far they are."""

from trailmark.common import step_types
from trailmark.plugins import base


class Lines(base.Plugin):
    """Its task is a step of its own; what is added is done elsewhere."""

    def get_provisioning_steps(self) -> step_types.Names:
        """The task of its graph, and what its own service does after it."""
        return {
            'creating': ['say-who-keeps-it', 'Tell the keepers'],
            'scaling': ['Tell the keepers'],
            'deleting': [],
        }

    def tell(self, cluster: str, keepers: list[str]) -> None:
        """Tell everybody who keeps a cluster, and how far that is."""
        for told, _keeper in enumerate(keepers):
            self.report_step(cluster, 'Tell the keepers', told, len(keepers))
        self.report_step(
            cluster, 'Tell the keepers', len(keepers), len(keepers)
        )
