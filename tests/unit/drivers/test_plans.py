"""What each type plans, as data: cases/<type>.yaml.

A case has the task's `parameters`, `secrets` and `checkpoint`, the `facts`
that were found, `options` of the driver, and the sentences of its `plan`.
"""

import pathlib
from collections.abc import Iterator
from typing import Any

import yaml

from trailmark.common import secrets
from trailmark.drivers import catalog, settings
from trailmark.tests.unit.drivers import watches

_CASES = pathlib.Path(__file__).parent / 'cases'
#: Cases of something else than plans.
_OTHERS = frozenset(('parameters',))


class PlansTest(watches.DriverCase):
    def test_every_case_has_its_plan(self) -> None:
        for name, case in _cases():
            with self.subTest(name, **case):
                self.assertEqual(self.planned(name, case), case['plan'])

    def test_every_file_of_cases_is_of_a_type(self) -> None:
        names = {path.stem for path in _CASES.glob('*.yaml')}

        self.assertEqual(set(), names - _OTHERS - catalog.drivers().keys())

    def planned(self, name: str, case: Any) -> list[str]:
        options = settings.Settings(**case.get('options', {}))
        job = self.job(
            parameters=case.get('parameters', {}),
            checkpoint=case.get('checkpoint'),
            secrets=tuple(case.get('secrets', ())),
        )
        steps = catalog.drivers(options)[name].plan(job, case.get('facts', {}))
        return [secrets.mask_text(step.text, job.secrets) for step in steps]


def _cases() -> Iterator[tuple[str, Any]]:
    for path in sorted(_CASES.glob('*.yaml')):
        if path.stem not in _OTHERS:
            for case in yaml.safe_load(path.read_text()):
                yield path.stem, case
