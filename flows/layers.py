"""Files of release, plugins and cluster as layers of graphs."""

import collections
import dataclasses
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trailmark.common import problems, tasktypes
from trailmark.flows import graphs, legacy, schema, shapes, task_checks

SUFFIXES = ('.yaml', '.yml')
#: Files of Fuel's plugins, directly in a plugin's folder, without tasks.
NO_TASKS = frozenset(
    (
        'components',
        'environment_config',
        'metadata',
        'network_roles',
        'node_roles',
        'volumes',
    )
)
#: Files of Fuel's plugins whose tasks belong to the default graph.
FUEL_TASKS = 'deployment_tasks'
FUEL_LEGACY = 'tasks'


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Which graph of which layer a file belongs to."""

    level: str
    owner: str
    type: str


def is_type(name: str) -> bool:
    """Whether this may name a type of graph."""
    return bool(re.match(shapes.NAME, name)) and len(name) <= 255


def only_yaml(files: Iterable[str]) -> list[str]:
    """The paths of YAML files, sorted."""
    return sorted(
        path for path in files if posixpath.splitext(path)[1] in SUFFIXES
    )


def place(path: str) -> Place | None:
    """The graph that a file has tasks of; None for other files.

    The owner of a release's or cluster's file is its level's name.
    """
    stem, suffix = posixpath.splitext(path)
    level, _, rest = stem.partition('/')
    owner = level
    if level == 'plugins':
        level = 'plugin'
        owner, _, rest = rest.partition('/')
        if rest in NO_TASKS:
            return None
        if rest in (FUEL_TASKS, FUEL_LEGACY):
            rest = graphs.DEFAULT_TYPE
    if level not in graphs.LEVELS or suffix not in SUFFIXES or not rest:
        return None
    return Place(level, owner, rest.partition('/')[0])


def is_of_fuel(path: str) -> bool:
    """Whether a file belongs to a Fuel plugin and has no tasks."""
    parts = posixpath.splitext(path)[0].split('/')
    return parts[0] == 'plugins' and len(parts) == 3 and parts[2] in NO_TASKS


def read(
    contents: Mapping[str, Any],
    owners: Mapping[str, str],
    catalog: tasktypes.Catalog,
    found: list[problems.Problem],
    source: str | None = None,
) -> tuple[graphs.Layer, ...]:
    """Layers of parsed files by path; `owners` gives names of levels.

    `source` is the absolute path of the folder that the files are in.
    """
    files: dict[Place, list[str]] = collections.defaultdict(list)
    for path in sorted(contents):
        where = place(path)
        if where is not None:
            files[where].append(path)
    layers: dict[tuple[str, str], dict[str, graphs.Graph]] = {}
    for where, paths in files.items():
        if not is_type(where.type):
            message = f'{where.type!r} can name no type of graph'
            found.append(problems.Problem(message, paths[0]))
        owner = owners.get(where.owner, where.owner)
        if where.level == 'plugin':
            owner = where.owner
        named = dataclasses.replace(where, owner=owner)
        folder = source and posixpath.join(source, _folder(where))
        read_graph = graph(named, paths, contents, catalog, found, folder)
        layers.setdefault((where.level, owner), {})[where.type] = read_graph
    ordered = sorted(
        layers, key=lambda key: (graphs.LEVELS.index(key[0]), key[1])
    )
    return tuple(graphs.Layer(*key, layers[key]) for key in ordered)


def _folder(where: Place) -> str:
    """The folder of a layer in that of its deployment."""
    return f'plugins/{where.owner}' if where.level == 'plugin' else where.level


def graph(
    where: Place,
    paths: Sequence[str],
    contents: Mapping[str, Any],
    catalog: tasktypes.Catalog,
    found: list[problems.Problem],
    folder: str | None,
) -> graphs.Graph:
    """The graph of a layer out of parsed files; what is wrong in `found`.

    Relative sources of its tasks are taken from `folder`.
    """
    tasks: list[graphs.Task] = []
    metadata: dict[str, Any] = {}
    for path in paths:
        entries, own = _entries(path, contents[path], where, found)
        metadata.update(own)
        for number, entry in entries:
            origin = graphs.Provenance(
                where.level, where.owner, path, folder=folder
            )
            task = _task(entry, number, origin, catalog, found)
            if task is not None:
                tasks.append(task)
    found.extend(_repeated(tasks))
    unique = {task.id: task for task in reversed(tasks)}
    return graphs.Graph(
        where.type,
        tuple(task for task in tasks if unique[task.id] is task),
        metadata,
    )


def _entries(
    path: str, content: Any, where: Place, found: list[problems.Problem]
) -> tuple[Sequence[tuple[int, Any]], dict[str, Any]]:
    """The numbered tasks of a file, and the metadata beside them."""
    if content is None:
        return (), {}
    stem = posixpath.splitext(posixpath.basename(path))[0]
    if stem == FUEL_LEGACY and path.startswith('plugins/'):
        bodies, wrong = legacy.tasks(content, where.owner, path)
        found.extend(wrong)
        return tuple(enumerate(bodies)), {}
    if isinstance(content, list):
        return tuple(enumerate(content)), {}
    if not isinstance(content, Mapping):
        message = 'a list of tasks or a mapping with tasks is expected'
        found.append(problems.Problem(message, path))
        return (), {}
    wrong = schema.check(content, shapes.GRAPH, path)
    if (content.get('type') or where.type) != where.type:
        message = (
            f'says type {content["type"]}, but its path says {where.type}'
        )
        wrong.append(problems.Problem(message, path, field='type'))
    found.extend(wrong)
    tasks = content.get('tasks')
    metadata = {
        key: value
        for key, value in content.items()
        if key not in ('tasks', 'type') and value is not None
    }
    listed = tasks if isinstance(tasks, list) else ()
    return tuple(enumerate(listed)), metadata


def _task(
    entry: Any,
    number: int,
    origin: graphs.Provenance,
    catalog: tasktypes.Catalog,
    found: list[problems.Problem],
) -> graphs.Task | None:
    """The task of an entry; None when it has no id or type to go on with."""
    removal = isinstance(entry, Mapping) and entry.get('removed') is True
    wanted = shapes.REMOVAL if removal else shapes.TASK
    name = entry.get('id') if isinstance(entry, Mapping) else None
    name = name if isinstance(name, str) and name else None
    kind = entry.get('type', 'skipped') if name is not None else None
    if name is None or not isinstance(kind, str):
        base = () if name is not None else ('tasks', number)
        found.extend(
            schema.check(entry, wanted, origin.file, name, base, computed=True)
        )
        if schema.is_computed(kind):
            message = "can't be computed"
            found.append(problems.Problem(message, origin.file, name, 'type'))
        return None
    task = graphs.Task(name, kind, entry, origin)
    if removal:
        wrong = schema.check(entry, wanted, origin.file, name, computed=True)
    else:
        wrong = [
            problem
            for problem in task_checks.check(task, catalog)
            if problem.severity is problems.Severity.ERROR
        ]
    found.extend(wrong)
    return task


def _repeated(tasks: Sequence[graphs.Task]) -> Iterator[problems.Problem]:
    counts = collections.Counter(task.id for task in tasks)
    repeated = sorted(name for name, count in counts.items() if count > 1)
    if repeated:
        files = {task.provenance.file for task in tasks if task.id in repeated}
        yield problems.Problem(
            f'Tasks duplication found: {", ".join(repeated)}',
            ', '.join(sorted(file for file in files if file)),
        )
