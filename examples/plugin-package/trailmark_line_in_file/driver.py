"""The driver that sees that a file has a line."""

import dataclasses
import os
import pathlib
import re
import shutil

from trailmark.common import states, tasktypes
from trailmark.drivers import base, parameters

_STATE = states.ExecutionState


@dataclasses.dataclass(frozen=True, slots=True)
class Write(base.Step):
    """Give a file a new content."""

    content: str


class LineInFile(base.Driver):
    """Sees that the file `path` has the line `line`.

    The last line that `match`, a regular expression, is found in is replaced;
    if there is none, the line is added at the end. A file that does not exist
    is an error unless `create` is true. A relative path is one below the
    node's own folder.
    """

    type = tasktypes.TaskType(
        'line_in_file',
        parameters.schema(
            ['path', 'line'],
            path=parameters.FILLED,
            line=parameters.TEXT,
            match={**parameters.FILLED, 'description': 'a regular expression'},
            create=parameters.FLAG,
        ),
        timeout=30,
        retries=1,
    )
    #: Its noop twin starts no process and is done in no time.
    quick_noop = True

    def facts(self, job: base.Job) -> base.Facts:
        """The text of the file; null if there is none."""
        try:
            return {'text': _read(_path(job))}
        except FileNotFoundError:
            return {'text': None}

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """At most one step: write the file."""
        path, line = job.parameters['path'], job.parameters['line']
        if facts is None:
            return (base.Step(f'see that {path} has the line {line!r}'),)
        text = facts['text']
        if text is None and not job.parameters.get('create', False):
            return (base.Step(f'fail: {path} does not exist'),)
        lines = (text or '').splitlines()
        if line in lines:
            return ()
        number = _matching(lines, job.parameters.get('match'))
        if number is None:
            told = f'add {line!r} to {path}'
            lines.append(line)
        else:
            told = f'replace {lines[number]!r} by {line!r} in {path}'
            lines[number] = line
        return (Write(told, '\n'.join(lines) + '\n'),)

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Do what is planned, and say what it was."""
        steps = self.plan(job, self.facts(job))
        for step in steps:
            if watch.cancelled.is_set():
                return base.Result(_STATE.CANCELLED, 'cancelled', 'Cancelled')
            if not isinstance(step, Write):
                return base.Result(_STATE.ERROR, step.text, 'Failed')
            _write(_path(job), step.content)
        done = [step.text for step in steps]
        summary = {'changed': bool(done), 'done': done}
        return base.Result(_STATE.READY, summary=summary)


def _path(job: base.Job) -> pathlib.Path:
    return job.folder / job.parameters['path']


def _read(path: pathlib.Path) -> str:
    return path.read_text(encoding='utf-8', errors='surrogateescape')


def _matching(lines: list[str], match: str | None) -> int | None:
    if match is None:
        return None
    found = [n for n, line in enumerate(lines) if re.search(match, line)]
    return found[-1] if found else None


def _write(path: pathlib.Path, content: str) -> None:
    """Whole or not at all, with the mode and owner that it had."""
    new = path.with_name(f'.{path.name}.new')
    path.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(content, encoding='utf-8', errors='surrogateescape')
    if path.exists():
        shutil.copymode(path, new)
        owner = path.stat()
        os.chown(new, owner.st_uid, owner.st_gid)
    new.replace(path)
