"""What must not be read is not shown."""

import unittest

from trailmark.common import secrets


class UrlTest(unittest.TestCase):
    def test_the_password_of_a_url_is_masked(self) -> None:
        cases = {
            'mysql+pymysql://me:pw@host/db': 'mysql+pymysql://me:***@host/db',
            'see amqp://:pw@h:1/ now': 'see amqp://:***@h:1/ now',
            'x://me:p@w@h/y': 'x://me:***@h/y',
            'x://me:p/w@h y@z': 'x://me:***@h y@z',
        }
        for text, masked in cases.items():
            with self.subTest(text):
                self.assertEqual(masked, secrets.mask_urls(text))

    def test_a_url_without_password_stays(self) -> None:
        for text in ('sqlite:////tmp/x', 'http://host:80/a@b', 'a:b@c'):
            with self.subTest(text):
                self.assertEqual(text, secrets.mask_urls(text))


class ValueTest(unittest.TestCase):
    def test_a_secret_value_is_masked_wherever_it_stands(self) -> None:
        said = secrets.mask_text('pw=abc; abc', ['abc'])

        self.assertEqual('pw=***; ***', said)

    def test_the_longest_secret_is_masked_first(self) -> None:
        said = secrets.mask_text('abcdef', ['abc', 'abcdef'])

        self.assertEqual('***', said)

    def test_an_empty_secret_masks_nothing(self) -> None:
        self.assertEqual('text', secrets.mask_text('text', ['']))

    def test_data_is_masked_at_every_depth_with_its_keys(self) -> None:
        data = {'abc': [{'x': 'say abc'}, 1, None], 'n': ('abc', True)}

        masked = secrets.mask_data(data, iter(['abc']))

        self.assertEqual(
            {'***': [{'x': 'say ***'}, 1, None], 'n': ['***', True]}, masked
        )

    def test_numbers_are_masked_where_that_is_wanted(self) -> None:
        data = {'n': [17, 1.5, True, 171]}

        masked = secrets.mask_data(data, ['17', '1.5', 'True'], numbers=True)

        self.assertEqual({'n': ['***', '***', True, 171]}, masked)
        self.assertEqual(data, secrets.mask_data(data, ['17', '1.5']))
