"""Tests of the installed types of task and their parameters."""

import pathlib
import unittest
from collections.abc import Iterator
from typing import Any

import jsonschema
import yaml

from trailmark.common import exceptions, tasktypes
from trailmark.drivers import catalog, settings
from trailmark.tests import sources

_CASES = pathlib.Path(__file__).parent / 'cases' / 'parameters.yaml'


class TestCatalog(unittest.TestCase):
    """What is known of types."""

    def test_every_type_of_fuel_is_known(self) -> None:
        names = (
            'puppet shell master_shell upload_file upload_files copy_files '
            'sync reboot cobbler_sync move_to_bootstrap erase_node stage '
            'skipped noop group'
        )
        self.assertEqual(set(names.split()), set(catalog.catalog()))

    def test_what_changes_machines_is_guarded(self) -> None:
        guarded = {
            name for name, each in catalog.catalog().items() if each.guarded
        }
        wanted = 'reboot erase_node move_to_bootstrap cobbler_sync'
        self.assertEqual(set(wanted.split()), guarded)
        for name in guarded:
            self.assertIn(
                'allowed_drivers', catalog.catalog()[name].refusal or ''
            )

    def test_every_type_is_described_in_a_sentence(self) -> None:
        for name, each in catalog.catalog().items():
            with self.subTest(name):
                self.assertRegex(each.description, r'^[A-Z].*\.$')
                self.assertEqual(each.package, 'trailmark')

    def test_who_reads_of_shell_reads_that_it_is_repeated(self) -> None:
        root = pathlib.Path(__file__).parents[3]
        pages = [
            *(catalog.catalog()['shell'].description,),
            (root / 'README.rst').read_text(),
            (root / 'doc/source/user/quickstart.rst').read_text(),
            (root / 'doc/source/reference/graphs.rst').read_text(),
            (root / 'doc/source/reference/task-types.rst').read_text(),
        ]
        self.assertEqual(2, catalog.catalog()['shell'].retries)
        for page in pages:
            self.assertRegex(page, r'twice\s+again')

    def test_the_settings_decide_what_is_refused(self) -> None:
        options = settings.Settings(allowed_drivers=('shell', 'reboot'))
        found = catalog.catalog(options)
        allowed = {name for name in found if found[name].refusal is None}
        built_in = set(tasktypes.BUILT_IN)
        self.assertEqual({'shell', 'reboot'}, allowed - built_in)

    def test_a_name_that_no_package_brings_is_logged(self) -> None:
        options = settings.Settings(allowed_drivers=('*', 'rebot'))
        with self.assertLogs(catalog.LOG) as logged:
            catalog.drivers(options)
        self.assertIn('names rebot', logged.output[0])

    def test_what_is_done_on_master_says_so(self) -> None:
        on_master = {
            name
            for name, each in catalog.catalog().items()
            if each.place == tasktypes.Place.MASTER
        }
        self.assertEqual(
            on_master, {'master_shell', 'move_to_bootstrap', 'cobbler_sync'}
        )

    def test_an_unknown_type_has_no_driver(self) -> None:
        """Fuel: behaviour 104."""
        with self.assertRaises(exceptions.UnknownDriver):
            catalog.driver('ansible')


class TestParameters(unittest.TestCase):
    """What parameters must look like."""

    def test_wrong_parameters_are_found_by_field(self) -> None:
        for name, given, field in yaml.safe_load(_CASES.read_text()):
            with self.subTest(f'{name} {given}'):
                found = ' '.join(_faults(name, given))
                self.assertEqual(field is not None, bool(found))
                self.assertIn(field or '', found)

    def test_schemas_are_schemas(self) -> None:
        for each in catalog.catalog().values():
            jsonschema.Draft202012Validator.check_schema(each.parameters)

    def test_every_task_of_fuels_graphs_has_valid_parameters(self) -> None:
        tasks = list(_real_tasks())
        if not tasks:
            self.skipTest('Fuel data is not there: TRAILMARK_FUEL_DATA')
        for task in tasks:
            with self.subTest(task['id']):
                given = task.get('parameters') or {}
                self.assertEqual(_faults(task['type'], given), [])


def _faults(name: str, given: Any) -> list[str]:
    schema = catalog.catalog()[name].parameters
    validator = jsonschema.Draft202012Validator(schema)
    return [
        f'{"/".join(map(str, error.path))} {error.message}'
        for error in validator.iter_errors(given)
    ]


def _real_tasks() -> Iterator[Any]:
    for path in sorted(sources.FUEL.glob('**/*.yaml')):
        content = yaml.safe_load(path.read_text())
        if isinstance(content, dict):
            content = content.get('tasks')
        for task in content if isinstance(content, list) else []:
            if 'type' in task:
                yield task
