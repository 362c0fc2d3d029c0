"""The driver of tasks that copy files from the folder of their graph."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trailmark.common import tasktypes
from trailmark.drivers import base, files, modes, shortages, wanted_files
from trailmark.drivers import parameters as p

_MODES = {'permissions': modes.SCHEMA, 'dir_permissions': modes.SCHEMA}
_FILE = p.mapping({'src': p.FILLED, 'dst': p.FILLED, **_MODES}, ['src', 'dst'])


class CopyFiles(files.FileDriver):
    """Copies files and folders from master to a node."""

    type = tasktypes.TaskType(
        'copy_files', p.schema(['files'], files=p.sequence(_FILE), **_MODES)
    )

    def wanted(
        self, job: base.Job, facts: base.Facts
    ) -> Sequence[wanted_files.Wanted]:
        """Files of each entry; its own modes win over the task's, and those
        over what the files below a folder have."""
        trees = (facts or {}).get('trees', {})
        return [
            wanted
            for each in job.parameters['files']
            for wanted in _of(job, each, trees.get(each['src']))
        ]

    def look_around(
        self, job: base.Job, check: wanted_files.Check
    ) -> dict[str, Any]:
        """What is below the sources that are folders."""
        found = {}
        for src in {each['src'] for each in job.parameters['files']}:
            path = _source(job, src)
            if path is not None:
                found[src] = _tree(job, path, check)
        return {'trees': found}


def _of(
    job: base.Job,
    entry: Mapping[str, Any],
    tree: Mapping[str, Any] | None,
) -> Iterator[wanted_files.Wanted]:
    said = [entry, job.parameters]
    if tree is None or 'files' not in tree:
        yield wanted_files.of(
            job,
            entry['dst'],
            said,
            source=entry['src'],
            source_path=_source(job, entry['src']),
            problem=None if tree is None else tree.get('problem'),
        )
        return
    for each in tree['files']:
        source = os.path.join(entry['src'], each['path'])
        yield wanted_files.of(
            job,
            os.path.join(entry['dst'], each['path']),
            [*said, each],
            source=source,
            source_path=_source(job, source),
        )


def _tree(
    job: base.Job, path: str, check: wanted_files.Check
) -> dict[str, Any]:
    """The `files` below a folder, or its `problem`; neither for a file."""
    try:
        found = job.master.tree(path, check)
    except OSError as error:
        if shortages.is_shortage(error):
            raise
        return {'problem': wanted_files.trouble(error, path)}
    if found is None:
        return {}
    return {
        'files': [
            {
                'path': each.path,
                'permissions': modes.show(each.mode),
                'dir_permissions': modes.show(each.folder_mode),
            }
            for each in found
        ]
    }


def _source(job: base.Job, src: str) -> str | None:
    """Where a source is; None if it is relative to nothing."""
    if os.path.isabs(src):
        return src
    return None if job.source is None else os.path.join(job.source, src)
