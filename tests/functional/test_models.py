"""Nothing breaks in the models, and something does without any guard."""

import unittest

from trailmark.tests import forms, models


class ModelsTest(unittest.TestCase):
    def setUp(self) -> None:
        reason = models.missing()
        if reason:
            self.fail(reason)
        self.stated = models.stated()

    def test_nothing_that_must_never_be_is_reached(self) -> None:
        for model in models.all_models():
            short = () if forms.WHOLE else models.SHORT.get(model.name, ())
            with self.subTest(model=model.name):
                found = models.check(model, macros=short)

                self.assertIsNone(found.broken)
                listed = {self.stated[each][1] for each in model.guards}
                self.assertTrue(short or listed == {found.states}, found)

    def test_something_breaks_without_any_of_the_guards(self) -> None:
        for model in models.all_models():
            for guard in model.guards:
                with self.subTest(model=model.name, guard=guard):
                    found = models.check(model, guard)

                    self.assertIsNotNone(found.broken)
                    self.assertEqual(self.stated[guard][0], found.states)
