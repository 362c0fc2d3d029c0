"""The driver of tasks that copy files from the folder of their graph."""

import os
from collections.abc import Sequence

from trailmark.common import tasktypes
from trailmark.drivers import base, files, modes, wanted_files
from trailmark.drivers import parameters as p

_MODES = {'permissions': modes.SCHEMA, 'dir_permissions': modes.SCHEMA}
_FILE = p.mapping({'src': p.FILLED, 'dst': p.FILLED, **_MODES}, ['src', 'dst'])


class CopyFiles(files.FileDriver):
    """Copies files from master to a node."""

    type = tasktypes.TaskType(
        'copy_files', p.schema(['files'], files=p.sequence(_FILE), **_MODES)
    )

    def wanted(self, job: base.Job) -> Sequence[wanted_files.Wanted]:
        """A file for each entry; its own modes win over the task's."""
        return [
            wanted_files.of(
                job,
                each['dst'],
                [each, job.parameters],
                source=each['src'],
                source_path=_source(job, each['src']),
            )
            for each in job.parameters['files']
        ]


def _source(job: base.Job, src: str) -> str | None:
    """Where a source is; None if it is relative to nothing."""
    if os.path.isabs(src):
        return src
    return None if job.source is None else os.path.join(job.source, src)
