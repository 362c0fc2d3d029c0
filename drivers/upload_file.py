"""The driver of tasks that write a file."""

from collections.abc import Sequence

from trailmark.common import tasktypes
from trailmark.drivers import base, files, modes, wanted_files
from trailmark.drivers import parameters as p


class UploadFile(files.FileDriver):
    """Writes a file on a node."""

    type = tasktypes.TaskType(
        'upload_file',
        p.schema(
            ['path', 'data'],
            path=p.FILLED,
            data=p.FILLED,
            permissions=modes.SCHEMA,
            dir_permissions=modes.SCHEMA,
            user_owner=p.FILLED,
            group_owner=p.FILLED,
            overwrite=p.FLAG,
            parents=p.FLAG,
        ),
        timeout=60,
        retries=3,
    )

    def wanted(
        self, job: base.Job, facts: base.Facts
    ) -> Sequence[wanted_files.Wanted]:
        """The one file."""
        said = job.parameters
        return [
            wanted_files.of(
                job,
                said['path'],
                [said],
                data=wanted_files.encoded(said['data']),
                user=said.get('user_owner'),
                group=said.get('group_owner'),
                overwrite=said.get('overwrite', True),
                parents=said.get('parents', True),
            )
        ]
