"""Fuel's other types of task: described, checked, and done as noop only."""

from trailmark.common import states, tasktypes
from trailmark.drivers import base
from trailmark.drivers import parameters as p

_MASTER = tasktypes.Place.MASTER


class Described(base.Driver):
    """A type without a driver yet."""

    quick_noop = True

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Refuse: such a task is refused before its run starts."""
        return base.Result(
            states.ExecutionState.ERROR,
            f'tasks of type {self.type.name} can only be run as noop',
            'DriverError',
        )


class Puppet(Described):
    """Applies a Puppet manifest."""

    type = tasktypes.TaskType(
        'puppet',
        p.schema(
            ['puppet_manifest'],
            puppet_manifest=p.FILLED,
            puppet_modules=p.TEXT,
            cwd=p.TEXT,
            command_prefix=p.TEXT,
            debug=p.FLAG,
            raw_report=p.FLAG,
            puppet_noop_run=p.FLAG,
            succeed_retries=p.COUNT,
            undefined_retries=p.COUNT,
            puppet_start_timeout=p.PAUSE,
            puppet_start_interval=p.PAUSE,
        ),
        timeout=5400,
        retries=2,
        runnable=False,
    )


class MasterShell(Described):
    """Runs a command on master in the context of another node."""

    type = tasktypes.TaskType(
        'master_shell',
        p.schema(['cmd'], cmd=p.FILLED, cwd=p.TEXT),
        _MASTER,
        timeout=300,
        retries=2,
        interval=2,
        runnable=False,
    )


class UploadFile(Described):
    """Writes a file on a node."""

    type = tasktypes.TaskType(
        'upload_file',
        p.schema(
            ['path', 'data'],
            path=p.FILLED,
            data=p.FILLED,
            permissions=p.MODE,
            dir_permissions=p.MODE,
            user_owner=p.TEXT,
            group_owner=p.TEXT,
            overwrite=p.FLAG,
            parents=p.FLAG,
        ),
        timeout=60,
        retries=3,
        runnable=False,
    )


_UPLOADED = p.mapping(
    {
        'dst': p.FILLED,
        'data': p.TEXT,
        'permissions': p.MODE,
        'dir_permissions': p.MODE,
    },
    ['dst', 'data'],
)
_RECEIVER = p.mapping(
    {'uid': p.MODE, 'files': p.sequence(_UPLOADED)}, ['uid', 'files']
)


class UploadFiles(Described):
    """Writes files on several nodes."""

    type = tasktypes.TaskType(
        'upload_files',
        p.schema(['nodes'], nodes=p.sequence(_RECEIVER)),
        timeout=60,
        retries=3,
        runnable=False,
    )


_COPIED = p.mapping(
    {
        'src': p.FILLED,
        'dst': p.FILLED,
        'permissions': p.MODE,
        'dir_permissions': p.MODE,
    },
    ['src', 'dst'],
)


class CopyFiles(Described):
    """Copies files from master to a node."""

    type = tasktypes.TaskType(
        'copy_files',
        p.schema(
            ['files'],
            files=p.sequence(_COPIED),
            permissions=p.MODE,
            dir_permissions=p.MODE,
        ),
        runnable=False,
    )


class Sync(Described):
    """Fetches a folder with rsync."""

    type = tasktypes.TaskType(
        'sync',
        p.schema(['src', 'dst'], src=p.FILLED, dst=p.FILLED),
        timeout=300,
        retries=10,
        runnable=False,
    )


class Reboot(Described):
    """Restarts a node."""

    type = tasktypes.TaskType(
        'reboot', p.schema(), timeout=900, runnable=False
    )


class EraseNode(Described):
    """Erases the disks of a node."""

    type = tasktypes.TaskType('erase_node', p.schema(), runnable=False)


_ENGINE = p.mapping({'engine': {'type': 'object'}}, ['engine'])


class MoveToBootstrap(Described):
    """Makes a node boot into the bootstrap image."""

    type = tasktypes.TaskType(
        'move_to_bootstrap',
        p.schema(
            ['provisioning_info'],
            provisioning_info={'type': 'object'},
            slave_name=p.FILLED,
        ),
        _MASTER,
        runnable=False,
    )


class CobblerSync(Described):
    """Makes Cobbler write its configuration."""

    type = tasktypes.TaskType(
        'cobbler_sync',
        p.schema(['provisioning_info'], provisioning_info=_ENGINE),
        _MASTER,
        runnable=False,
    )
