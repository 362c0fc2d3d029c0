"""Engines, agents and waiting reports on every kind of database."""

import dataclasses

import testscenarios

from trailmark.db import agents, engines, reports, service_records
from trailmark.tests import databases
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios


def _engine(name: str, **more: int) -> service_records.Engine:
    values = {'pid': 1, 'process_started': 2, 'started_at': 3, **more}
    return service_records.Engine(
        name=name, host='h', boot_id='b', version='1', **values
    )


def _agent(node: str, name: str) -> service_records.Agent:
    return service_records.Agent(
        node, name, 'h', 7, '1', 'journal', 5, ('noop', 'shell'), 4
    )


class ServicesTest(base.DatabaseTest):
    """What heartbeats leave."""

    def test_an_engine_that_beats_again_has_one_row(self) -> None:
        name = databases.fresh_name()

        for runs in (1, 2):
            engines.beat(self.db, _engine(name, runs=runs))

        [found] = [e for e in engines.list_all(self.db) if e.name == name]
        self.assertEqual(2, found.runs)
        self.assertLess(found.seen_ago or 0, 10_000_000)

    def test_an_engine_that_leaves_is_forgotten(self) -> None:
        name = databases.fresh_name()
        engines.beat(self.db, _engine(name))

        engines.leave(self.db, name)

        self.assertNotIn(name, [e.name for e in engines.list_all(self.db)])

    def test_agents_of_one_node_are_told_apart_by_name(self) -> None:
        node = databases.fresh_name()
        given = [_agent(node, 'a'), _agent(node, 'b')]

        agents.beat(self.db, given)

        found = [
            dataclasses.replace(each, seen_at=None, seen_ago=None)
            for each in agents.list_all(self.db)
            if each.node == node
        ]
        self.assertEqual(given, found)

    def test_agents_are_forgotten_by_their_age(self) -> None:
        node = databases.fresh_name()
        agents.beat(self.db, [_agent(node, 'a')])

        agents.forget(self.db, 3600)
        kept = [each.node for each in agents.list_all(self.db)]
        agents.forget(self.db, -1)
        left = [each.node for each in agents.list_all(self.db)]

        self.assertEqual((True, False), (node in kept, node in left))


class ReportsTest(base.DatabaseTest):
    """Outcomes that wait for their run's engine."""

    def test_the_last_word_on_an_attempt_counts(self) -> None:
        run, _claim = self.insert()

        reports.keep(self.db, run, {'1': {'state': 'error'}, '2': {}})
        reports.keep(self.db, run, {'1': {'state': 'ready'}})

        found = reports.of_run(self.db, run)
        self.assertEqual({'1': {'state': 'ready'}, '2': {}}, found)

    def test_what_was_taken_in_is_dropped_and_the_rest_at_the_end(
        self,
    ) -> None:
        run, _claim = self.insert()
        reports.keep(self.db, run, {'1': {}, '2': {}})

        reports.drop(self.db, run, ['1'])
        left = list(reports.of_run(self.db, run))
        reports.drop_all(self.db, run)

        self.assertEqual((['2'], {}), (left, reports.of_run(self.db, run)))
