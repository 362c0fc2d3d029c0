"""What a folder says beside its tasks: its name, its nodes, their roles."""

import collections
import dataclasses
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.common import problems
from trailmark.flows import (
    documents,
    graphs,
    layers,
    roles,
    schema,
    shapes,
    spelling,
)

#: Files at the top of the folder, without their suffix.
FILES = ('deployment', 'nodes', 'roles')


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """A deployment.yaml; `graph_types` is empty when it names none."""

    name: str
    release: str
    graph_types: tuple[str, ...] = ()


def is_inventory(path: str) -> bool:
    """Whether a file is read here."""
    stem = posixpath.splitext(path)[0]
    return stem in FILES or _is_plugin_roles(path)


def settings(
    contents: Mapping[str, Any],
    default_name: str,
    found: list[problems.Problem],
) -> Settings:
    """Name, release and graph types of the deployment."""
    file, content = _single(contents, 'deployment', found)
    wrong = []
    if content is not None:
        wrong = schema.check(content, shapes.DEPLOYMENT, file)
    data = content if isinstance(content, Mapping) and not wrong else {}
    found.extend(wrong)
    name = data.get('name', default_name)
    if 'name' not in data and not wrong:
        for problem in schema.check(
            {'name': name}, shapes.DEPLOYMENT, 'deployment.yaml'
        ):
            message = f'{problem.message}: the folder gives it none'
            found.append(dataclasses.replace(problem, message=message))
    types = tuple(
        each or graphs.DEFAULT_TYPE for each in data.get('graph_types') or ()
    )
    found.extend(_twice(types, 'graph type', file, 'graph_types'))
    return Settings(name, data.get('release', name), types)


def roles_of(
    contents: Mapping[str, Any], found: list[problems.Problem]
) -> graphs.Roles:
    """Roles of roles.yaml and of the plugins' node_roles.yaml files."""
    known = graphs.Roles()
    file, content = _single(contents, 'roles', found)
    if content is not None:
        wrong = roles.check(content, file)
        found.extend(wrong)
        known = known if wrong else roles.read(content)
    for path in sorted(contents):
        if _is_plugin_roles(path):
            wrong = schema.check(contents[path], shapes.PLUGIN_ROLES, path)
            found.extend(wrong)
            if not wrong:
                known = roles.combine(known, roles.of_plugin(contents[path]))
    return known


def origins_of_roles(
    contents: Mapping[str, Any],
) -> tuple[graphs.Roles, dict[str, Mapping[str, Any]]]:
    """Roles of roles.yaml, and the contents of node_roles.yaml by plugin.

    What `roles_of` finds something wrong with is left out.
    """
    file, content = _single(contents, 'roles', [])
    is_right = content is not None and not roles.check(content, file)
    own = roles.read(content) if is_right else graphs.Roles()
    return own, {
        path.split('/')[1]: contents[path] or {}
        for path in sorted(contents)
        if _is_plugin_roles(path)
        and not schema.check(contents[path], shapes.PLUGIN_ROLES, path)
    }


def nodes(
    contents: Mapping[str, Any],
    files: Mapping[str, str],
    known: graphs.Roles,
    found: list[problems.Problem],
) -> tuple[graphs.Node, ...]:
    """The nodes of nodes.yaml in their order."""
    file, content = _single(contents, 'nodes', found)
    if not any(posixpath.splitext(path)[0] == 'nodes' for path in files):
        message = 'is missing: it lists the nodes as {name, roles, attributes}'
        found.append(problems.Problem(message, 'nodes.yaml'))
    if file not in contents:
        return ()
    read = entries(content, file, found)
    found.extend(_unknown_roles(read, known, file))
    return read


def entries(
    content: Any, file: str | None, found: list[problems.Problem]
) -> tuple[graphs.Node, ...]:
    """The nodes of a list of entries; none if something is wrong."""
    wrong = schema.check(content, shapes.NODES, file)
    found.extend(wrong)
    if wrong:
        return ()
    names = tuple(entry['name'] for entry in content)
    found.extend(_twice(names, 'node', file, None))
    return tuple(
        graphs.Node(
            entry['name'],
            tuple(entry.get('roles') or ()),
            entry.get('attributes') or {},
        )
        for entry in content
    )


def listed(
    files: Mapping[str, str], found: list[problems.Problem]
) -> tuple[graphs.Node, ...]:
    """The nodes of files that have the form of nodes.yaml."""
    read: list[graphs.Node] = []
    for path, text in files.items():
        content, wrong = documents.read(text, path)
        found.extend(wrong)
        if not wrong:
            read += entries(content, path, found)
    return tuple(read)


def _is_plugin_roles(path: str) -> bool:
    parts = posixpath.splitext(path)[0].split('/')
    return parts[0] == 'plugins' and parts[2:] == ['node_roles']


def _single(
    contents: Mapping[str, Any], stem: str, found: list[problems.Problem]
) -> tuple[str, Any]:
    """Path and content of a file that may have either suffix."""
    paths = [
        stem + suffix
        for suffix in layers.SUFFIXES
        if stem + suffix in contents
    ]
    if len(paths) > 1:
        message = f'stands beside {paths[1]}: one of them is too many'
        found.append(problems.Problem(message, paths[0]))
    file = paths[0] if paths else f'{stem}.yaml'
    return file, contents.get(file)


def _twice(
    names: tuple[str, ...], kind: str, file: str | None, field: str | None
) -> Iterator[problems.Problem]:
    counts = collections.Counter(names)
    repeated = sorted(name for name, count in counts.items() if count > 1)
    for name in repeated:
        message = f'{kind} {name} stands {counts[name]} times'
        yield problems.Problem(message, file, field=field)


def _unknown_roles(
    read: tuple[graphs.Node, ...], known: graphs.Roles, file: str
) -> Iterator[problems.Problem]:
    """Warnings for roles that are a typo away from one of roles.yaml."""
    hints = spelling.Hints(known.tags)
    for number, node in enumerate(read):
        for role in node.roles:
            near = None if role in known.tags else hints.likely(role)
            if near is not None:
                yield problems.Problem(
                    f'roles.yaml has no role {role}; did you mean {near}?',
                    file,
                    field=f'[{number}].roles',
                    severity=problems.Severity.WARNING,
                )
