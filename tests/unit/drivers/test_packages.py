"""Tests of drivers that other packages bring."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any

from trailmark.tests.unit.drivers import packages_on_path

_LOOK = """
import dataclasses, json, sys
from trailmark.drivers import catalog

types = catalog.catalog().values()
json.dump({each.name: dataclasses.asdict(each) for each in types}, sys.stdout)
"""


class PackagesTest(unittest.TestCase):
    """What a process knows that finds these packages."""

    def setUp(self) -> None:
        self.site = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.site)

    def install(self, package: str, **more: Any) -> None:
        packages_on_path.install(self.site, package, **more)

    def types(self) -> dict[str, Any]:
        """Every type by its name, and what is logged is in `self.said`."""
        done = subprocess.run(
            [sys.executable, '-c', _LOOK],
            env={**os.environ, 'PYTHONPATH': str(self.site)},
            capture_output=True,
            check=True,
            text=True,
        )
        self.said = done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        self.assertIsNone(found['shell']['refusal'])
        return found

    def test_a_driver_of_another_package_is_found(self) -> None:
        self.install('shop-drivers')
        greet = self.types()['greet']
        self.assertEqual(
            ('shop-drivers', '1.5', 'Greets.  And more.', None),
            (
                greet['package'],
                greet['version'],
                greet['description'],
                greet['refusal'],
            ),
        )

    def test_a_broken_one_is_logged_and_refused_and_others_work(self) -> None:
        broken = {
            'import nowhere': 'ModuleNotFoundError: No module named',
            'class Driver: type = None': 'TypeError',
            'from trailmark.drivers.base import Driver': 'TypeError',
        }
        for number, code in enumerate(broken):
            self.install(f'p{number}', kind=f't{number}', code=code)
        self.install('p9', kind='t9', schema={'type': 'what'})
        found = self.types()
        wanted = [*broken.values(), 'SchemaError']
        for number, said in zip((0, 1, 2, 9), wanted, strict=True):
            refusal = found[f't{number}']['refusal']
            self.assertIn(f'package p{number} 1.5 is not loaded', refusal)
            self.assertIn(said, refusal)
            self.assertIn(f'Type t{number}: its driver', self.said)

    def test_a_driver_may_refuse_its_tasks_itself(self) -> None:
        said = {'return "no disk"': 'no disk', 'raise KeyError("x")': 'KeyErr'}
        for number, (refusal, _said) in enumerate(said.items()):
            self.install(f'p{number}', kind=f't{number}', refusal=refusal)
        found = self.types()
        for number, wanted in enumerate(said.values()):
            self.assertIn(wanted, found[f't{number}']['refusal'])

    def test_two_with_one_name_are_both_refused(self) -> None:
        self.install('one')
        self.install('two')
        refusal = self.types()['greet']['refusal']
        self.assertRegex(refusal, 'one 1.5 and two 1.5|two 1.5 and one 1.5')
        self.assertIn('uninstall all but one', refusal)

    def test_a_type_of_trailmark_is_not_replaced_quietly(self) -> None:
        self.install('evil', kind='noop')
        refusal = self.types()['noop']['refusal']
        self.assertIn('evil 1.5', refusal)
        self.assertIn('trailmark', refusal)

    def test_a_type_that_the_engine_knows_can_not_be_brought(self) -> None:
        self.install('evil', kind='stage')
        self.assertIsNone(self.types()['stage']['refusal'])
        self.assertIn('evil 1.5 and Trailmark itself', self.said)
