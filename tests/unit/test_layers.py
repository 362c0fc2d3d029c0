"""Arrows between the rooms point down, and special things have one place."""

import ast
import subprocess
import sys
import unittest
from collections.abc import Iterator

import networkx

from trailmark.tests import sources

_GROUND = {'common', 'conf'}
#: The rooms that each room may import, besides itself.
ARROWS = {
    '': set(),
    'common': set(),
    'conf': set(),
    'flows': _GROUND,
    'drivers': _GROUND,
    'db': _GROUND,
    'messaging': _GROUND,
    'migrations': _GROUND | {'db'},
    'engine': _GROUND | {'flows', 'db', 'messaging'},
    'agent': _GROUND | {'drivers', 'messaging'},
    'api': _GROUND | {'db', 'flows', 'messaging'},
    'plugins': _GROUND,
    'cli': _GROUND,
    'ui': set(),
}
#: These may import every room.
TOP = {'app', 'tests', '__main__'}
#: Rooms that begin a process: they may import late, and say why.
_LATE = {'app', 'cli'}
_REASON = '# late: '
#: Imports that hide their module in a string.
_BY_NAME = {'resolve_name', 'import_module', '__import__'}
#: These start processes: a spawner, supervisors, commands.
_STARTING = {
    f'trailmark.drivers.{name}'
    for name in ('spawning', 'spawner', 'supervisor')
}
_STARTERS = {'subprocess', 'multiprocessing', 'pty'}
_OS_STARTERS = ('fork', 'exec', 'spawn', 'posix_spawn', 'system', 'popen')


def _product() -> list[sources.Module]:
    return [each for each in sources.modules() if each.room not in TOP]


def _all_but_tests() -> list[sources.Module]:
    return [each for each in sources.modules() if each.room != 'tests']


def _room(dotted: str) -> str | None:
    parts = dotted.split('.')
    return parts[1] if parts[0] == 'trailmark' and len(parts) > 1 else None


def _targets(module: sources.Module) -> Iterator[tuple[int, str]]:
    for line, source, name in sources.imports(module.tree):
        if source.split('.')[0] == 'trailmark':
            yield line, f'{source}.{name}' if name else source


def _lazy_imports(module: sources.Module) -> Iterator[tuple[int, str]]:
    """Imports in functions, but for those that may be late and say why."""
    lines = module.text.split('\n')
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for line, source, name in sources.imports(node):
                reasons = ''.join(lines[line - 2 : line])
                if module.room not in _LATE or _REASON not in reasons:
                    yield line, f'{source}.{name}' if name else source


def _imports_by_name(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            callee = ast.unparse(node.func).rpartition('.')[2]
            if callee in _BY_NAME:
                yield node.lineno


def _only_for_types(tree: ast.Module) -> set[int]:
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and 'TYPE_CHECKING' in ast.dump(node.test)
        for line, _, _ in sources.imports(node)
    }


def _started_processes(tree: ast.Module) -> Iterator[int]:
    for line, source, _ in sources.imports(tree):
        if source.split('.')[0] in _STARTERS:
            yield line
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == 'os'
            and node.attr.startswith(_OS_STARTERS)
        ):
            yield node.lineno


class ArrowsTest(unittest.TestCase):
    def test_every_room_has_its_arrows(self) -> None:
        rooms = {module.room for module in sources.modules()}

        self.assertEqual(set(), rooms - set(ARROWS) - TOP)

    def test_rooms_import_only_what_lies_below_them(self) -> None:
        wrong = [
            f'{module.place}:{line} imports {target}'
            for module in _product()
            for line, target in _targets(module)
            if _room(target) not in ARROWS[module.room] | {module.room}
        ]

        self.assertEqual([], wrong)

    def test_only_tests_import_tests(self) -> None:
        wrong = [
            f'{module.place}:{line} imports {target}'
            for module in _all_but_tests()
            for line, target in _targets(module)
            if _room(target) == 'tests'
        ]

        self.assertEqual([], wrong)

    def test_no_import_hides_in_a_string(self) -> None:
        hidden = [
            f'{module.place}:{line}'
            for module in _all_but_tests()
            for line in _imports_by_name(module.tree)
        ]

        self.assertEqual([], hidden)

    def test_an_import_in_a_function_starts_a_process_and_says_why(
        self,
    ) -> None:
        hidden = [
            f'{module.place}:{line} imports {target}'
            for module in sources.modules()
            for line, target in _lazy_imports(module)
        ]

        self.assertEqual([], hidden)

    def test_modules_import_each_other_in_no_circle(self) -> None:
        everything = sources.modules()
        names = {module.name for module in everything}
        graph = networkx.DiGraph()
        for module in everything:
            ignored = _only_for_types(module.tree)
            for line, target in _targets(module):
                found = (
                    target if target in names else target.rpartition('.')[0]
                )
                if line not in ignored:
                    graph.add_edge(module.name, found)

        circles = [
            sorted(group)
            for group in networkx.strongly_connected_components(graph)
            if len(group) > 1
        ]
        self.assertEqual([], circles)


class PlacesTest(unittest.TestCase):
    def test_taskflow_is_imported_in_flows_and_engine_alone(self) -> None:
        wrong = [
            f'{module.place}:{line}'
            for module in _all_but_tests()
            for line, source, _ in sources.imports(module.tree)
            if source.split('.')[0] == 'taskflow'
            and module.room not in {'flows', 'engine'}
        ]

        self.assertEqual([], wrong)

    def test_processes_are_started_in_three_modules_alone(self) -> None:
        wrong = [
            f'{module.place}:{line}'
            for module in _product()
            if module.name not in _STARTING
            for line in _started_processes(module.tree)
        ]

        self.assertEqual([], wrong)

    def test_who_imports_trailmark_may_import_eventlet_later(self) -> None:
        done = subprocess.run(
            [
                *(sys.executable, '-W', 'ignore', '-c'),
                'import trailmark.app.embedded, eventlet',
            ],
            capture_output=True,
            check=False,
            text=True,
        )

        self.assertEqual((0, ''), (done.returncode, done.stderr))

    def test_console_scripts_never_import_eventlet(self) -> None:
        names = [
            module.name
            for module in _all_but_tests()
            if module.room not in {'migrations', '__main__'}
        ]
        lines = [
            'from trailmark.app import starting',
            'starting.bar_eventlet()',
            *(f'import {name}' for name in names),
            'import sys',
            "sys.exit(sys.modules.get('eventlet') is not None)",
        ]

        done = subprocess.run(
            [sys.executable, '-c', '\n'.join(lines)],
            capture_output=True,
            check=False,
            text=True,
        )

        self.assertEqual((0, ''), (done.returncode, done.stderr))
