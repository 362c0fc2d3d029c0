"""Users of a file: who they are, and what is wrong with the file."""

import os
import pathlib
import tempfile
import time
import unittest

import bcrypt

from trailmark.api import http_basic, tries
from trailmark.common import exceptions
from trailmark.tests.unit.api import secured


class UsersTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.file = pathlib.Path(folder) / 'htpasswd'
        self.file.write_text(secured.line('maria') + secured.line('rita'))

    def users(self) -> http_basic.Users:
        """Users of the file as it is now."""
        return http_basic.Users(self.file, [], ['rita'])

    def test_a_user_has_the_role_that_options_say_or_is_a_member(self) -> None:
        users = self.users()

        found = [
            users.caller(each, each * 2, 'here') for each in ('maria', 'rita')
        ]

        self.assertEqual(
            [('member',), ('reader',)], [each.roles for each in found]
        )

    def test_a_wrong_password_and_an_unknown_user_are_refused_alike(
        self,
    ) -> None:
        users, said = self.users(), set()

        for name, given in (
            ('maria', 'maria'),
            ('nobody', 'x'),
            ('', ''),
            ('maria', ''),
            ('maria', 'm' * 100),
            ('maria', 'mariamaria\0'),
        ):
            with self.assertRaises(exceptions.Unauthenticated) as caught:
                users.caller(name, given, 'here')
            said.add(str(caught.exception))

        self.assertEqual(1, len(said))

    def test_a_password_that_was_right_once_is_not_right_for_another(
        self,
    ) -> None:
        users = self.users()
        users.caller('maria', 'mariamaria', 'here')

        with self.assertRaises(exceptions.Unauthenticated):
            users.caller('rita', 'mariamaria', 'here')

    def test_a_changed_file_counts_from_then_on(self) -> None:
        users = self.users()
        users.caller('maria', 'mariamaria', 'here')
        self.file.write_text(secured.line('maria', 'another one'))

        users.caller('maria', 'another one', 'here')

        with self.assertRaises(exceptions.Unauthenticated):
            users.caller('maria', 'mariamaria', 'here')

    def test_nobody_is_let_in_while_the_file_is_gone(self) -> None:
        users = self.users()
        os.unlink(self.file)

        with (
            self.assertRaises(exceptions.ServiceUnavailable),
            self.assertLogs('trailmark', 'ERROR') as log,
        ):
            users.caller('maria', 'mariamaria', 'here')

        self.assertNotIn('mariamaria', str(log.output))

    def test_everything_wrong_with_the_file_is_said_without_digests(
        self,
    ) -> None:
        self.file.write_text(
            f'{secured.line("maria") * 2}# a remark\n\nplain:hunter2\n'
        )

        with self.assertRaises(exceptions.ConfigurationRefused) as caught:
            self.users()

        said = str(caught.exception)
        self.assertIn('line 2: maria stands there twice', said)
        self.assertIn('line 5: plain has no bcrypt digest', said)
        self.assertNotIn('hunter2', said)

    def test_a_file_without_users_is_refused(self) -> None:
        self.file.write_text('# nobody\n')

        with self.assertRaisesRegex(
            exceptions.ConfigurationRefused, 'no users'
        ):
            self.users()

    def test_who_is_admin_and_reader_is_refused(self) -> None:
        with self.assertRaisesRegex(
            exceptions.ConfigurationRefused, 'both name maria'
        ):
            http_basic.Users(self.file, ['maria'], ['maria', 'rita'])


class CostTest(unittest.TestCase):
    """Tries that fail cost the same, however the digests of users differ."""

    #: Costs that users have; each costs twice as much as the one before.
    _COSTS = (4, 9, 10)

    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        file = pathlib.Path(folder) / 'htpasswd'
        file.write_text(
            ''.join(
                f'u{cost}:{bcrypt.hashpw(b"x", bcrypt.gensalt(cost)).decode()}'
                '\n'
                for cost in self._COSTS
            )
        )
        self.users = http_basic.Users(
            file, [], [], tries.Tries(1_000_000, 1.0)
        )

    def _cost(self, user: str) -> float:
        """Seconds of this thread for a wrong password: the least of some."""
        spent = []
        for _ in range(4):
            began = time.thread_time()
            with self.assertRaises(exceptions.Unauthenticated):
                self.users.caller(user, 'wrong', 'here')
            spent.append(time.thread_time() - began)
        return min(spent)

    def test_unknown_users_cost_what_known_ones_cost(self) -> None:
        unknown = self._cost('nobody')

        for cost in self._COSTS:
            with self.subTest(cost):
                known = self._cost(f'u{cost}')
                self.assertLess(abs(known - unknown), unknown / 3)

    def test_a_password_that_is_known_to_fit_costs_little(self) -> None:
        self.users.caller('u10', 'x', 'here')
        unknown = self._cost('nobody')

        began = time.thread_time()
        self.users.caller('u10', 'x', 'here')

        self.assertLess(time.thread_time() - began, unknown / 10)

    def test_no_password_is_kept(self) -> None:
        self.users.caller('u4', 'x', 'here')

        self.assertNotIn("'x'", repr(vars(self.users)))
