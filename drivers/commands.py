"""Drivers of types whose command is configured, not written in the task."""

from typing import ClassVar

from trailmark.common import tasktypes
from trailmark.drivers import base, shell
from trailmark.drivers import parameters as p


class Configured(base.Driver):
    """Runs the command that an option of [agent] has.

    The command finds the task's parameters in the context file.
    """

    option: ClassVar[str]
    quick_noop = True
    uses_scratch = False

    @property
    def command(self) -> str:
        """The command; empty if none is configured."""
        said: str = getattr(self.options, self.option)
        return said.strip()

    def refusal(self) -> str | None:
        """The type is not allowed, or has no command."""
        refused = super().refusal()
        if refused is None and not self.command:
            return f'[agent] {self.option} is empty'
        return refused

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """The command."""
        if not self.command:
            return (base.Step(f'nothing: [agent] {self.option} is empty'),)
        return (base.Step(f'run {self.command}'),)

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Run the command."""
        return shell.run_command(job, watch, self.command)


class EraseNode(Configured):
    """Erases the disks of a node, by `[agent] erase_command`."""

    type = tasktypes.TaskType('erase_node', p.schema(), guarded=True)
    option = 'erase_command'


class MoveToBootstrap(Configured):
    """Makes a node boot into the bootstrap image, by \
`[agent] move_to_bootstrap_command` on master."""

    type = tasktypes.TaskType(
        'move_to_bootstrap',
        p.schema(
            ['provisioning_info'],
            provisioning_info={'type': 'object'},
            slave_name=p.FILLED,
        ),
        tasktypes.Place.MASTER,
        guarded=True,
    )
    option = 'move_to_bootstrap_command'


class CobblerSync(Configured):
    """Makes Cobbler write its configuration, by \
`[agent] cobbler_sync_command` on master."""

    type = tasktypes.TaskType(
        'cobbler_sync',
        p.schema(
            ['provisioning_info'],
            provisioning_info=p.mapping(
                {'engine': {'type': 'object'}}, ['engine']
            ),
        ),
        tasktypes.Place.MASTER,
        guarded=True,
    )
    option = 'cobbler_sync_command'
