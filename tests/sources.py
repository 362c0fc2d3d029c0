"""The source files of the package, for the tests that guard its shape."""

import ast
import configparser
import dataclasses
import functools
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Graphs of Fuel; tests of them are skipped without.
FUEL = Path(
    os.environ.get('TRAILMARK_FUEL_DATA', ROOT.parent / 'shared/data/fuel')
)
#: Folders that are never packages of the project, whatever they hold.
_OUTSIDE = {'build', 'dist', 'doc', 'cover', 'releasenotes'}


@dataclasses.dataclass(frozen=True)
class Module:
    """One source file: its dotted name, path, text and syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The first part below trailmark; empty for the root itself."""
        parts = self.name.split('.')
        return parts[1] if len(parts) > 1 else ''

    @property
    def place(self) -> str:
        """Its path below the root, for messages."""
        return str(self.path.relative_to(ROOT))


def package_folders() -> dict[str, Path]:
    """Folders with an `__init__.py`, by the name of their package."""
    return dict(_packages('trailmark', ROOT))


def _packages(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    if not (folder / '__init__.py').is_file():
        return
    yield name, folder
    for below in sorted(folder.iterdir()):
        hidden = below.name.startswith(('.', '_'))
        if below.is_dir() and not hidden and below.name not in _OUTSIDE:
            yield from _packages(f'{name}.{below.name}', below)


def listed_packages() -> list[str]:
    """The packages that setup.cfg lists, as they stand there."""
    config = configparser.ConfigParser()
    config.read(ROOT / 'setup.cfg')
    return config['options']['packages'].split()


@functools.cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, tests included."""
    return tuple(
        module
        for name, folder in package_folders().items()
        for module in _modules(name, folder)
    )


def _modules(package: str, folder: Path) -> Iterator[Module]:
    for path in sorted(folder.glob('*.py')):
        name = package if path.stem == '__init__' else f'{package}.{path.stem}'
        text = path.read_text()
        yield Module(name, path, text, ast.parse(text, str(path)))


def imports(tree: ast.AST) -> Iterator[tuple[int, str, str | None]]:
    """Line, module and imported name of every import below a tree.

    The name is None for `import module`. Relative imports are not used.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, None
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, node.module or '.', alias.name
