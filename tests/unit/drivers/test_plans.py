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


class PlansTest(watches.DriverCase):
    def test_every_case_has_its_plan(self) -> None:
        for name, case in _cases():
            with self.subTest(name, **case):
                self.assertEqual(self.planned(name, case), case['plan'])

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
        if path.stem in catalog.drivers():
            for case in yaml.safe_load(path.read_text()):
                yield path.stem, case
