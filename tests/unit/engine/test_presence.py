"""Which agents an engine takes for alive."""

import contextlib
import dataclasses
import unittest
from collections.abc import Iterator
from unittest import mock

from trailmark.common import clock
from trailmark.db import agents, service_records
from trailmark.engine import presence
from trailmark.messaging import contracts
from trailmark.tests import databases


def _report(
    node: str, name: str = 'a', journal: str = 'j', **more: object
) -> contracts.Report:
    said = contracts.Presence(node, name, 'h', 1, '1', 2, ('noop',), 4)
    said = dataclasses.replace(said, **more)  # type: ignore[arg-type]
    return contracts.Report(name, journal, presence=said)


class PresencesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.db = databases.shared('sqlite')
        self.node = databases.fresh_name()
        self.known = presence.Presences()

    @contextlib.contextmanager
    def _later(self, seconds: int) -> Iterator[None]:
        """After so many seconds in which it saved now and then."""
        began = clock.steady()
        with mock.patch.object(clock, 'steady') as steady:
            for passed in range(0, seconds + 1):
                steady.return_value = began + passed
                self.known._attention.tick()
            yield

    def test_a_node_is_served_once_its_agent_was_heard(self) -> None:
        self.assertFalse(self.known.is_served(self.node))

        self.assertIsNone(self.known.hear(_report(self.node)))

        self.assertTrue(self.known.is_served(self.node))
        self.assertEqual('j', self.known.journal_of(self.node))

    def test_a_silent_agent_serves_no_longer(self) -> None:
        self.known.hear(_report(self.node))

        with self._later(11):
            self.assertFalse(self.known.is_served(self.node))
            silent = self.known.silent_for(self.node)

        self.assertAlmostEqual(11.0, silent or 0.0, 0)

    def test_who_was_paused_takes_nobody_for_silent(self) -> None:
        self.known.hear(_report(self.node))
        began = clock.steady()

        with mock.patch.object(clock, 'steady', lambda: began + 3600):
            self.known.save(self.db)
            refused = self.known.hear(_report(self.node, 'b', 'other'))
            self.assertTrue(self.known.is_served(self.node))

        self.assertIn('with another journal', refused or '')

    def test_a_database_clock_that_was_set_back_makes_nobody_alive(
        self,
    ) -> None:
        self.known.hear(_report(self.node))
        self.known.save(self.db)
        with self.db.writer() as connection:
            connection.exec_driver_sql(
                'UPDATE agents SET seen_at = seen_at + 3600000000'
                f" WHERE node = '{self.node}'"
            )
        other = presence.Presences()

        other.load(self.db)

        self.assertFalse(other.is_served(self.node))

    def test_an_agent_that_closes_serves_no_longer(self) -> None:
        self.known.hear(_report(self.node))

        self.known.hear(_report(self.node, closing=True))

        self.assertFalse(self.known.is_served(self.node))

    def test_an_agent_without_journal_yet_does_not_serve(self) -> None:
        self.known.hear(_report(self.node, journal=''))

        self.assertFalse(self.known.is_served(self.node))

    def test_nothing_is_sent_to_who_is_silent_while_another_came(
        self,
    ) -> None:
        self.known.hear(_report(self.node))

        with self._later(5):  # type: ignore[attr-defined]
            refused = self.known.hear(_report(self.node, 'b', 'other'))
            served = self.known.is_served(self.node)
            self.known.hear(_report(self.node))
            again = self.known.journal_of(self.node)

        self.assertIn('another journal', refused or '')
        self.assertFalse(served)
        self.assertEqual('j', again)

    def test_an_agent_that_is_unable_is_listed_with_its_reason(self) -> None:
        self.known.hear(_report(self.node))

        said = self.known.hear(_report(self.node, unable='no room'))
        self.known.save(self.db)

        self.assertIsNone(said)
        self.assertFalse(self.known.is_served(self.node))
        [listed] = self._listed()
        self.assertEqual('no room', listed.refused)

    def test_an_agent_that_can_open_no_journal_is_listed(self) -> None:
        self.known.hear(_report(self.node, journal='', unable='no room'))
        self.known.save(self.db)

        [listed] = self._listed()
        self.assertEqual('no room', listed.refused)

    def test_an_agent_that_is_able_again_serves(self) -> None:
        self.known.hear(_report(self.node, unable='no room'))

        self.known.hear(_report(self.node))

        self.assertTrue(self.known.is_served(self.node))

    def _listed(self) -> list[service_records.Agent]:
        return [
            each for each in agents.list_all(self.db) if each.node == self.node
        ]

    def test_how_far_a_journal_was_seen_outlives_engines(self) -> None:
        name = databases.fresh_name()
        other = presence.Presences()

        for sequence in (7, 9, 8):
            said = contracts.Report('a', name, sequence=sequence)
            self.known.hear(said)
            self.known.save(self.db)
        other.load(self.db)

        self.assertEqual(9, other.sequence_of(name))

    def test_a_second_journal_of_a_live_node_is_refused(self) -> None:
        """Guard: second-journal."""
        self.known.hear(_report(self.node))

        said = self.known.hear(_report(self.node, 'b', 'other'))

        self.assertIn(f'node {self.node} is served by agent a on h', str(said))
        self.assertEqual('j', self.known.journal_of(self.node))

    def test_a_refused_agent_of_the_same_name_is_listed_beside(self) -> None:
        self.known.hear(_report(self.node))
        self.known.hear(_report(self.node, journal='other', host='k'))

        self.known.save(self.db)

        other = presence.Presences()
        other.load(self.db)
        self.assertEqual('j', other.journal_of(self.node))
        self.assertEqual({'a', 'a@k'}, set(other._nodes[self.node]))

    def test_another_journal_may_serve_when_the_first_is_dead(self) -> None:
        self.known.hear(_report(self.node))

        with self._later(11):
            said = self.known.hear(_report(self.node, journal='other'))
            self.assertEqual('other', self.known.journal_of(self.node))

        self.assertIsNone(said)

    def test_engines_hear_of_agents_through_the_database(self) -> None:
        self.known.hear(_report(self.node))
        self.known.save(self.db)
        other = presence.Presences()

        other.load(self.db)

        self.assertTrue(other.is_served(self.node))

    def test_what_was_heard_here_is_not_replaced_by_older_news(self) -> None:
        self.known.hear(_report(self.node))
        self.known.save(self.db)
        with self._later(5):
            self.known.hear(_report(self.node, closing=True))

            self.known.load(self.db)

            self.assertFalse(self.known.is_served(self.node))
