"""Tokens of users: how long they are valid, and for whom."""

import datetime
import pathlib
import tempfile
import unittest

from trailmark.api import http_basic, tokens
from trailmark.common import exceptions
from trailmark.tests.unit.api import secured


class TokensTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.file = pathlib.Path(folder) / 'htpasswd'
        self.file.write_text(secured.line('maria') + secured.line('rita'))
        self.users = http_basic.Users(self.file, [], ['rita'])
        self.text = self.of().issue('rita', 'ritarita', 'here').text

    def of(
        self, secret: bytes = b's' * 32, seconds: int = 60
    ) -> tokens.Tokens:
        """Tokens of the users of the file."""
        return tokens.Tokens(self.users, secret, seconds)

    def refused(self, text: str, known: tokens.Tokens | None = None) -> None:
        """Check that nobody has this token."""
        with self.assertRaises(exceptions.Unauthenticated):
            (known or self.of()).read(text)

    def test_a_token_stands_for_its_user_in_every_process(self) -> None:
        found = self.of().read(self.text)

        self.assertEqual('rita', found.caller.user)
        self.assertEqual(('reader',), found.caller.roles)
        lasts = found.expires_at - found.issued_at
        self.assertEqual(datetime.timedelta(seconds=60), lasts)

    def test_a_wrong_password_gets_none(self) -> None:
        with self.assertRaises(exceptions.Unauthenticated):
            self.of().issue('rita', 'mariamaria', 'here')

    def test_it_lapses(self) -> None:
        self.refused(self.text, self.of(seconds=-1))

    def test_what_others_signed_or_changed_is_refused(self) -> None:
        self.refused(self.text, self.of(b'o' * 32))
        for text in ('', 'x', self.text[:-1], f'{self.text}x', 'é.é.é'):
            with self.subTest(text):
                self.refused(text)

    def test_it_ends_with_the_password(self) -> None:
        self.file.write_text(secured.line('rita', 'another one'))

        self.refused(self.text)

    def test_it_ends_with_the_user(self) -> None:
        self.file.write_text(secured.line('maria'))

        self.refused(self.text)

    def test_it_is_not_shown_where_it_is_logged(self) -> None:
        shown = repr(self.of().issue('rita', 'ritarita', 'here'))

        self.assertNotIn(self.text.partition('.')[0], shown)
