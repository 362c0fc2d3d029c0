"""Sequences of releases on every database."""

from collections.abc import Mapping
from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.db import owners, records, sequences
from trailmark.tests import databases
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios

GRAPHS: list[Mapping[str, Any]] = [
    {'type': 'provision'},
    {'type': 'default', 'tasks': ['a']},
]


class SequencesTest(base.DatabaseTest):
    def setUp(self) -> None:
        super().setUp()
        self.release = databases.fresh_name()
        owners.create(self.db, 'release', self.release, {})

    def _create(self, name: str = 's') -> records.GraphSequence:
        return sequences.create(self.db, self.release, name, GRAPHS)

    def test_one_is_read_as_it_was_made(self) -> None:
        made = self._create()

        self.assertEqual(made, sequences.get(self.db, made.id))
        self.assertEqual(
            (self.release, 's', tuple(GRAPHS)),
            (made.release, made.name, made.graphs),
        )

    def test_a_name_is_used_once_in_a_release(self) -> None:
        """Fuel: behaviour 63."""
        self._create()
        other = databases.fresh_name()
        owners.create(self.db, 'release', other, {})

        self.assertRaises(exceptions.NameInUse, self._create)
        sequences.create(self.db, other, 's', GRAPHS)

    def test_a_change_may_not_take_a_name_that_is_used(self) -> None:
        self._create()
        other = self._create('t')

        self.assertRaises(
            exceptions.NameInUse,
            *(sequences.update, self.db, other.id, {'name': 's'}),
        )

    def test_what_is_not_named_stays_in_a_change(self) -> None:
        made = self._create()

        changed = sequences.update(self.db, made.id, {'name': 'new'})

        self.assertEqual(('new', made.graphs), (changed.name, changed.graphs))

    def test_they_are_listed_by_release_cluster_and_name(self) -> None:
        cluster = self.cluster(release=self.release)
        first, second = self._create(), self._create('t')

        for chosen, found in (
            (sequences.Filter(release=self.release), [first, second]),
            (sequences.Filter(cluster=cluster.id), [first, second]),
            (sequences.Filter(release=self.release, name='t'), [second]),
            (sequences.Filter(cluster=self.cluster().name), []),
        ):
            self.assertEqual(found, sequences.list_all(self.db, chosen))

    def test_they_go_with_their_release(self) -> None:
        made = self._create()

        owners.delete(self.db, 'release', self.release)

        self.assertRaises(exceptions.NotFound, sequences.get, self.db, made.id)

    def test_what_is_not_there_is_not_changed_or_deleted(self) -> None:
        made = self._create()
        sequences.delete(self.db, made.id)

        for act in (
            lambda: sequences.get(self.db, made.id),
            lambda: sequences.update(self.db, made.id, {'name': 'n'}),
            lambda: sequences.delete(self.db, made.id),
        ):
            self.assertRaises(exceptions.NotFound, act)
