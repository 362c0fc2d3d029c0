"""The root of the checkout is the package, and every tool sees it so."""

import importlib
import subprocess
import unittest
from pathlib import Path

from trailmark.tests import sources

#: Files of the root that a newcomer expects there, and tools look for.
ROOT_FILES = {
    *('README.rst', 'CONTRIBUTING.rst', 'SECURITY.rst', 'LICENSE'),
    *('Makefile', 'MANIFEST.in', 'setup.cfg', 'pyproject.toml', 'tox.ini'),
    *('constraints.txt', 'constraints-fuel-clients.txt'),
    'constraints-openstack-clients.txt',
    *('__init__.py', '__main__.py', 'py.typed'),
    *('.editorconfig', '.gitignore', '.pre-commit-config.yaml'),
    '.stestr.conf',
}


class LayoutTest(unittest.TestCase):
    def test_the_root_holds_no_file_that_nobody_expects_there(self) -> None:
        done = subprocess.run(
            ['git', 'ls-files', '--cached', '--others', '--exclude-standard'],
            cwd=sources.ROOT,
            capture_output=True,
            check=True,
            text=True,
        )

        files = {name for name in done.stdout.split('\n') if '/' not in name}
        self.assertEqual(ROOT_FILES, files - {''})

    def test_setup_cfg_lists_exactly_the_folders_that_are_packages(
        self,
    ) -> None:
        """Tests stay in the checkout: nobody installs them."""
        listed = sources.listed_packages()

        packages = [
            name
            for name in sources.package_folders()
            if name.split('.')[1:2] != ['tests']
        ]
        self.assertEqual(sorted(packages), sorted(listed))

    def test_no_package_is_listed_twice(self) -> None:
        listed = sources.listed_packages()

        self.assertEqual(len(set(listed)), len(listed))

    def test_a_folder_with_modules_of_a_room_is_a_package(self) -> None:
        rooms = [
            folder
            for name, folder in sources.package_folders().items()
            if name.count('.') == 1
        ]
        loose = [
            str(path.parent.relative_to(sources.ROOT))
            for room in rooms
            for path in room.rglob('*.py')
            if not (path.parent / '__init__.py').exists()
        ]

        self.assertEqual([], loose)

    def test_the_link_for_tools_points_at_the_root(self) -> None:
        link = sources.ROOT / '.pkg' / 'trailmark'

        self.assertTrue(link.is_symlink())
        self.assertEqual(Path('..'), link.readlink())

    def test_the_imported_package_is_this_checkout(self) -> None:
        package = importlib.import_module('trailmark')

        where = Path(package.__file__ or '').resolve().parent
        self.assertEqual(sources.ROOT, where)

    def test_the_package_says_that_it_is_typed(self) -> None:
        self.assertTrue((sources.ROOT / 'py.typed').is_file())
