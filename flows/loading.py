"""Reading the files of a deployment folder."""

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.common import exceptions, problems, tasktypes
from trailmark.flows import (
    documents,
    graphs,
    inventory,
    layers,
    merging,
    spelling,
)

LAYOUT = (
    'deployment.yaml (optional), nodes.yaml, roles.yaml (optional), and '
    'tasks in release/<type>.yaml, plugins/<name>/<type>.yaml or '
    'cluster/<type>.yaml, or in files below release/<type>/ and so on'
)
_FOLDERS = ('release', 'plugins', 'cluster')
_ERROR = problems.Severity.ERROR
_WARNING = problems.Severity.WARNING


def load_deployment(
    files: Mapping[str, str], default_name: str, catalog: tasktypes.Catalog
) -> tuple[graphs.Deployment, tuple[problems.Problem, ...]]:
    """The deployment and warnings; InvalidInput names all problems.

    `files` are texts by their path in the folder, with `/`.
    """
    deployment, found = read_deployment(files, default_name, catalog)
    if any(problem.severity is _ERROR for problem in found):
        raise exceptions.InvalidInput(found)
    return deployment, found


def read_deployment(
    files: Mapping[str, str], default_name: str, catalog: tasktypes.Catalog
) -> tuple[graphs.Deployment, tuple[problems.Problem, ...]]:
    """The deployment as far as it can be read, and everything wrong."""
    found: list[problems.Problem] = []
    contents = _parse(files, found)
    stated = inventory.settings(contents, default_name, found)
    owners = {'release': stated.release, 'cluster': stated.name}
    read = layers.read(contents, owners, catalog, found)
    for graph_type in merging.types(read):
        found.extend(merging.check(read, graph_type))
    if not any(layers.place(path) for path in files):
        message = f'no tasks were found; the layout is: {LAYOUT}'
        found.append(problems.Problem(message))
    elif all(path in contents for path in files if layers.place(path)):
        found.extend(_missing_types(stated.graph_types, read, found))
    roles = inventory.roles_of(contents, found)
    nodes = inventory.nodes(contents, files, roles, found)
    deployment = graphs.Deployment(
        stated.name,
        stated.release,
        stated.graph_types or ('default',),
        nodes,
        roles,
        read,
    )
    return deployment, tuple(dict.fromkeys(found))


def _parse(
    files: Mapping[str, str], found: list[problems.Problem]
) -> dict[str, Any]:
    """What is in the YAML files that have a place in the layout."""
    contents = {}
    for path in sorted(files):
        if posixpath.splitext(path)[1] not in layers.SUFFIXES:
            continue
        if layers.place(path) or inventory.is_inventory(path):
            content, wrong = documents.read(files[path], path)
            found.extend(wrong)
            if not any(problem.severity is _ERROR for problem in wrong):
                contents[path] = content
        elif not layers.is_of_fuel(path):
            found.append(_stray(path))
    return contents


def _stray(path: str) -> problems.Problem:
    top, _, rest = posixpath.splitext(path)[0].partition('/')
    near = spelling.hint(top, _FOLDERS if rest else inventory.FILES)
    message = f'has no place in the layout and is ignored{near}'
    return problems.Problem(message, path, severity=_WARNING)


def _missing_types(
    wanted: Sequence[str],
    read: Sequence[graphs.Layer],
    found: Sequence[problems.Problem],
) -> list[problems.Problem]:
    """Errors for types that deployment.yaml states and no layer has."""
    known = [
        name
        for name in merging.types(read)
        if any(name in one.graphs and one.graphs[name].tasks for one in read)
    ]
    if not known:
        broken = any(problem.severity is _ERROR for problem in found)
        return [] if broken else [problems.Problem('the files have no tasks')]
    return [
        problems.Problem(
            f'there is no graph of type {name}{spelling.hint(name, known)} '
            f'(known: {", ".join(known)})',
            'deployment.yaml',
            field=f'graph_types[{number}]',
        )
        for number, name in enumerate(wanted)
        if name not in known
    ]
