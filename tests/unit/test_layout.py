"""The root of the checkout is the package, and every tool sees it so."""

import importlib
import unittest
from pathlib import Path

from trailmark.tests import sources


class LayoutTest(unittest.TestCase):
    def test_setup_cfg_lists_exactly_the_folders_that_are_packages(
        self,
    ) -> None:
        listed = sources.listed_packages()

        self.assertEqual(sorted(sources.package_folders()), sorted(listed))

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
