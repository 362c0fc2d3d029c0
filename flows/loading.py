"""Reading the files of a deployment folder."""

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.common import problems, tasktypes
from trailmark.flows import (
    documents,
    graphs,
    inventory,
    layers,
    merging,
    reading,
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


def read_deployment(
    files: Mapping[str, str],
    default_name: str,
    catalog: tasktypes.Catalog,
    source: str | None = None,
) -> tuple[graphs.Deployment, reading.Reading]:
    """The deployment as far as it can be read, and everything wrong.

    `files` are texts by their path in the folder, with `/`; `source` is the
    absolute path of its folder, where that is known.
    """
    found: list[problems.Problem] = []
    contents = _parse(files, found)
    stated = inventory.settings(contents, default_name, found)
    owners = {'release': stated.release, 'cluster': stated.name}
    read = layers.read(contents, owners, catalog, found, source)
    has_all_tasks = _holds_all_tasks(files, contents, found)
    for graph_type in merging.types(read):
        found.extend(merging.check(read, graph_type))
    if not any(layers.place(path) for path in files):
        message = f'no tasks were found; the layout is: {LAYOUT}'
        found.append(problems.Problem(message))
    elif has_all_tasks:
        found.extend(_missing_types(stated.graph_types, read, found))
    told = len(found)
    roles = inventory.roles_of(contents, found)
    nodes = inventory.nodes(contents, files, roles, found)
    has_all_nodes = not _has_error(found[told:]) and not any(
        inventory.is_inventory(path) and path not in contents
        for path in layers.only_yaml(files)
    )
    deployment = graphs.Deployment(
        stated.name,
        stated.release,
        stated.graph_types or (graphs.DEFAULT_TYPE,),
        nodes,
        roles,
        read,
        *inventory.origins_of_roles(contents),
    )
    return deployment, reading.Reading(
        tuple(dict.fromkeys(found)), has_all_tasks, has_all_nodes
    )


def _holds_all_tasks(
    files: Mapping[str, str],
    contents: Mapping[str, Any],
    found: Sequence[problems.Problem],
) -> bool:
    """Whether every entry of every file became a task."""
    if any(layers.place(path) and path not in contents for path in files):
        return False
    return not any(
        each.severity is _ERROR
        and each.task is None
        and layers.place(each.file or '')
        for each in found
    )


def _has_error(found: Sequence[problems.Problem]) -> bool:
    return any(problem.severity is _ERROR for problem in found)


def _parse(
    files: Mapping[str, str], found: list[problems.Problem]
) -> dict[str, Any]:
    """What is in the YAML files that have a place in the layout."""
    contents = {}
    for path in layers.only_yaml(files):
        if layers.place(path) or inventory.is_inventory(path):
            content, wrong = documents.read(files[path], path)
            found.extend(wrong)
            if not _has_error(wrong):
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
        return (
            []
            if _has_error(found)
            else [problems.Problem('the files have no tasks')]
        )
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
