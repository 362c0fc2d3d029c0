"""The driver of tasks that write files, others on each node."""

from collections.abc import Sequence

from trailmark.common import tasktypes
from trailmark.drivers import base, files, modes, wanted_files
from trailmark.drivers import parameters as p

_FILE = p.mapping(
    {
        'dst': p.FILLED,
        'data': p.TEXT,
        'permissions': modes.SCHEMA,
        'dir_permissions': modes.SCHEMA,
    },
    ['dst', 'data'],
)
_NODE = p.mapping(
    {'uid': p.NAME, 'files': p.sequence(_FILE)}, ['uid', 'files']
)


class UploadFiles(files.FileDriver):
    """Writes on each node the files that are for it."""

    type = tasktypes.TaskType(
        'upload_files',
        p.schema(['nodes'], nodes=p.sequence(_NODE)),
        timeout=60,
        retries=3,
    )

    def wanted(
        self, job: base.Job, facts: base.Facts
    ) -> Sequence[wanted_files.Wanted]:
        """The files of every entry that has the node's name or uid."""
        names = {job.node, str(job.attributes.get('uid', job.node))}
        return [
            wanted_files.of(
                job,
                each['dst'],
                [each],
                data=wanted_files.encoded(each['data']),
            )
            for entry in job.parameters['nodes']
            if str(entry['uid']) in names
            for each in entry['files']
        ]
