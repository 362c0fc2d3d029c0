"""A driver's test case on a tree of real files."""

import os
import pathlib
import pwd
import stat
from typing import Any

from trailmark.drivers import base, catalog
from trailmark.tests import users
from trailmark.tests.unit.drivers import watches


class TreeCase(watches.DriverCase):
    """Has a folder that everybody may write to."""

    def setUp(self) -> None:
        super().setUp()
        self.tree = self.state / 'tree'
        self.tree.mkdir()
        for folder in (self.state, self.tree):
            folder.chmod(0o777)

    def do(self, type_: str, parameters: Any, **more: Any) -> base.Result:
        """Run a task of a type."""
        job = self.job(parameters=parameters, **more)
        return catalog.driver(type_).run(job, self.watch)

    def tell(self, type_: str, parameters: Any, **more: Any) -> Any:
        """The summary of its noop twin."""
        job = self.job(parameters=parameters, **more)
        result = catalog.driver(type_).noop(job, self.watch)
        self.assertEqual('ready', result.state)
        return result.summary

    def do_as_nobody(self, type_: str, parameters: Any) -> base.Result:
        """Run a task as a user who is not root."""
        job = self.job(parameters=parameters)
        for folder, _folders, _files in os.walk(self.state):
            os.chmod(folder, 0o777)
        driver = catalog.driver(type_)
        result: base.Result = users.as_nobody(
            lambda: driver.run(job, self.watch)
        )
        return result

    def assert_failed(self, result: base.Result, said: str) -> None:
        """It failed, with this message."""
        self.assertEqual(
            ('error', 'Failed', said),
            (result.state, result.fault, result.message),
        )

    def everything(self) -> dict[str, bytes | None]:
        """Content of every file of the tree, None for folders."""
        return {
            str(path.relative_to(self.tree)): (
                None if path.is_dir() else path.read_bytes()
            )
            for path in self.tree.rglob('*')
        }


def mode(path: pathlib.Path) -> str:
    """Permissions as octal digits."""
    return f'{stat.S_IMODE(path.lstat().st_mode):04o}'


def owner(path: pathlib.Path) -> str:
    """Name of the user whose file it is."""
    return pwd.getpwuid(path.lstat().st_uid).pw_name
