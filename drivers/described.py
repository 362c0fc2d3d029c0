"""Fuel's other types of task: described, checked, and done as noop only."""

from trailmark.common import states, tasktypes
from trailmark.drivers import base
from trailmark.drivers import parameters as p


class Described(base.Driver):
    """A type without a driver yet."""

    quick_noop = True

    def refusal(self) -> str | None:
        """There is the noop twin alone."""
        return 'they run under --noop only'

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Refuse: such a task is refused before its run starts."""
        return base.Result(
            states.ExecutionState.ERROR,
            f'tasks of type {self.type.name} can only be run as noop',
            'DriverError',
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
    )


class Sync(Described):
    """Fetches a folder with rsync."""

    type = tasktypes.TaskType(
        'sync',
        p.schema(['src', 'dst'], src=p.FILLED, dst=p.FILLED),
        timeout=300,
        retries=10,
    )
