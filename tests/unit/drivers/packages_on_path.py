"""Packages with drivers, laid out as if they were installed."""

import pathlib

_DRIVER = """
from trailmark.common import states, tasktypes
from trailmark.drivers import base


class Driver(base.Driver):
    '''Greets.  And more.'''

    type = tasktypes.TaskType({type!r}, {schema!r})

    def refusal(self):
        {refusal}

    def run(self, job, watch):
        return base.Result(states.ExecutionState.READY)
"""


def install(
    site: pathlib.Path,
    package: str,
    kind: str = 'greet',
    code: str | None = None,
    schema: object = None,
    refusal: str = 'return super().refusal()',
) -> None:
    """A package of version 1.5 that brings a driver, below `site`."""
    module = package.replace('-', '_')
    wanted = {'type': 'object'} if schema is None else schema
    written = _DRIVER.format(type=kind, schema=wanted, refusal=refusal)
    (site / f'{module}.py').write_text(code or written)
    info = site / f'{module}-1.5.dist-info'
    info.mkdir()
    (info / 'METADATA').write_text(
        f'Metadata-Version: 2.1\nName: {package}\nVersion: 1.5\n'
    )
    point = f'[trailmark.drivers]\n{kind} = {module}:Driver\n'
    (info / 'entry_points.txt').write_text(point)
