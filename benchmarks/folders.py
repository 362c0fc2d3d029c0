"""Deployment folders that the benchmarks make."""

import json
from pathlib import Path


def chains(folder: Path, nodes: int, steps: int, kind: str = 'noop') -> Path:
    """A folder with a chain of `steps` tasks of a type on every node."""
    (folder / 'release').mkdir(parents=True)
    _write(
        folder / 'nodes.yaml',
        [{'name': f'n{no}', 'roles': ['w']} for no in range(1, nodes + 1)],
    )
    _write(
        folder / 'release' / 'default.yaml',
        [_task(step, kind) for step in range(steps)],
    )
    return folder


def _task(step: int, kind: str) -> dict[str, object]:
    task: dict[str, object] = {
        'id': f't{step}',
        'type': kind,
        'version': '2.0.0',
        'roles': ['w'],
        'requires': [f't{step - 1}'] if step else [],
    }
    if kind == 'shell':
        task['parameters'] = {'cmd': 'true'}
    return task


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data))
