"""The guards of the protocol have the same names wherever they stand."""

import re
import unittest
from collections.abc import Iterator

from trailmark.tests import models, sources

_PAGE = sources.ROOT / 'doc/source/contributor/protocol.rst'
_MARK = re.compile(r'\bGuard: ([a-z-]+)\.')


def _of_the_page() -> set[str]:
    return set(re.findall(r'^``([a-z-]+)``$', _PAGE.read_text(), re.M))


def _of_the_models() -> list[str]:
    return [guard for model in models.all_models() for guard in model.guards]


def _marked(in_tests: bool) -> set[str]:
    return {
        guard
        for module in sources.modules()
        if (module.room == 'tests') == in_tests
        for guard in _marks(module)
    }


def _marks(module: sources.Module) -> Iterator[str]:
    for found in _MARK.finditer(module.text):
        yield found[1]


class GuardsTest(unittest.TestCase):
    maxDiff = None

    def test_the_page_explains_exactly_the_guards_of_the_models(self) -> None:
        self.assertEqual(sorted(_of_the_page()), sorted(_of_the_models()))

    def test_every_guard_of_a_model_is_a_switch_in_it(self) -> None:
        for model in models.all_models():
            with self.subTest(model=model.name):
                named = {models.switch(guard) for guard in model.guards}

                self.assertEqual(named, models.switches(model))

    def test_the_table_lists_exactly_the_guards(self) -> None:
        self.assertEqual(sorted(_of_the_models()), sorted(models.stated()))

    def test_the_code_enforces_exactly_the_guards(self) -> None:
        """At each place that does stands `Guard: ` and the name."""
        self.assertEqual(sorted(_of_the_page()), sorted(_marked(False)))

    def test_every_guard_is_tested_and_no_other_is(self) -> None:
        """At each test that does stands the same."""
        self.assertEqual(sorted(_of_the_page()), sorted(_marked(True)))
