"""An agent behind a broker: how it begins, serves, and begins anew."""

import itertools
import pathlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import testscenarios
import testtools

from trailmark.agent import agent, opening, serving, settings
from trailmark.drivers import catalog
from trailmark.messaging import contracts, transport
from trailmark.messaging import engines as messaging
from trailmark.tests import brokers, engines
from trailmark.tests.unit.agent import engines as dispatches

load_tests = testscenarios.load_tests_apply_scenarios


class ServingCase(testtools.TestCase):
    """Has a broker, and agents that serve node n1."""

    scenarios = list(brokers.scenarios())
    kind = 'fake'

    def setUp(self) -> None:
        super().setUp()
        reason = brokers.why_not(self.kind)
        if reason is not None:
            self.skipTest(reason)
        self.state = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.state, ignore_errors=True)
        self.transport = transport.make(brokers.configuration(self.kind))
        self.addCleanup(self.transport.cleanup)

    def engine(
        self, name: str = 'e1', installation: str = 'db1'
    ) -> engines.Engine:
        made = engines.Engine(self.transport, name, installation)
        made.start()
        self.addCleanup(made.stop)
        return made

    def serve(
        self, name: str = 'a1', state: str = 'n1', drain: float = 5.0
    ) -> serving.Serving:
        presence = contracts.Presence('n1', name, 'host', 1, '0', 1)
        made = serving.Serving(
            self.transport,
            messaging.EngineClient(self.transport, 1.0),
            presence,
            catalog.drivers(),
            settings.Settings(
                self.state / state,
                'master',
                report_interval=0.2,
                drain_seconds=drain,
            ),
        )
        made.start()
        self.addCleanup(made.stop)
        return made

    def until(self, done: Callable[[], Any], seconds: float = 20) -> Any:
        """Wait until something is so."""
        last = time.monotonic() + seconds
        while not (found := done()):
            self.assertLess(time.monotonic(), last, 'waited in vain')
            time.sleep(0.01)
        return found

    def ready(self, engine: engines.Engine, attempt_id: str) -> None:
        """An attempt is dispatched and ends ready."""
        engine.dispatch(dispatches.attempt(attempt_id))
        self.until(lambda: attempt_id in engine.outcomes)
        self.assertEqual('ready', engine.outcomes[attempt_id].state)


class BeginningTest(ServingCase):
    """What happens before anything is carried out."""

    def test_an_agent_waits_until_an_engine_is_there(self) -> None:
        self.serve()
        time.sleep(1.5)

        engine = self.engine()
        self.until(engine.presences)

        self.ready(engine, '1.0.0.0.1')

    def test_its_journal_belongs_to_the_engines_database(self) -> None:
        engine = self.engine(installation='db7')

        self.serve()
        self.until(engine.presences)

        journal = self.state / 'n1' / 'journals' / 'db7.db'
        self.assertTrue(journal.exists())

    def test_a_name_of_a_database_is_no_path(self) -> None:
        engine = self.engine(installation='../outside')

        self.serve()
        self.until(lambda: len(engine.reports) > 2)

        self.assertEqual([], engine.presences() + engine.presences(True))
        self.assertEqual([], list(self.state.rglob('*.db')))

    def test_nothing_is_taken_in_by_an_agent_that_is_refused(self) -> None:
        engine = self.engine()
        engine.refusal = 'another one is there'

        self.serve()
        self.until(lambda: len(engine.reports) > 4)
        refused = engine.presences()
        engine.refusal = None

        self.assertEqual([], refused)
        self.until(engine.presences)
        self.ready(engine, '1.0.0.0.1')

    def test_a_refusal_is_logged_once(self) -> None:
        engine = self.engine()
        engine.refusal = 'another one is there'

        with self.assertLogs('trailmark.agent.serving', 'WARNING') as logged:
            self.serve()
            self.until(lambda: len(engine.reports) > 6)

        self.assertEqual(1, len(logged.output), logged.output)
        self.assertIn('another one is there', logged.output[0])


class AnewTest(ServingCase):
    """An agent that may not go on as it is begins again."""

    def setUp(self) -> None:
        super().setUp()
        for place, name in ((agent, 'PATIENCE'), (opening, 'BUSY')):
            patch = mock.patch.object(place, name, 0.3)
            patch.start()
            self.addCleanup(patch.stop)

    def test_an_agent_that_is_refused_later_ends_what_it_does(self) -> None:
        engine = self.engine()
        self.serve(drain=0.3)
        self.until(engine.presences)
        engine.dispatch(dispatches.attempt('1.0.0.0.1', 'sleep 60'))
        self.until(lambda: '1.0.0.0.1' in engine.held())

        engine.refusal = 'another one is there'

        self.until(lambda: '1.0.0.0.1' in engine.outcomes)
        self.assertEqual('cancelled', engine.outcomes['1.0.0.0.1'].state)
        engine.refusal = None
        known = len(engine.presences())
        self.until(lambda: len(engine.presences()) > known)
        self.ready(engine, '1.0.0.1.1')

    def test_another_database_has_another_journal(self) -> None:
        engine = self.engine()
        self.serve()
        self.ready_soon(engine, '1.0.0.0.1')

        engine.installation = 'db2'
        engine.outcomes.clear()
        journal = self.state / 'n1' / 'journals' / 'db2.db'
        self.until(journal.exists)

        self.ready_soon(engine, '1.0.0.0.1')

    def test_a_journal_that_can_not_be_written_is_opened_again(self) -> None:
        engine = self.engine()
        self.serve(drain=0.3)
        self.until(engine.presences)
        path = self.state / 'n1' / 'journals' / 'db1.db'
        lock = sqlite3.connect(path, isolation_level=None)
        self.addCleanup(lock.close)

        lock.execute('BEGIN IMMEDIATE')
        engine.dispatch(dispatches.attempt('1.0.0.0.1'))
        gone = len(engine.presences(closing=True))
        self.until(lambda: len(engine.presences(closing=True)) > gone)
        lock.execute('ROLLBACK')

        self.ready_soon(engine, '1.0.0.0.1')

    def ready_soon(self, engine: engines.Engine, attempt_id: str) -> None:
        """Dispatches are lost while nobody listens: they are repeated."""

        def is_ready() -> bool:
            engine.dispatch(dispatches.attempt(attempt_id))
            time.sleep(0.2)
            return attempt_id in engine.outcomes

        self.until(is_ready)


class ServesTest(ServingCase):
    """What an agent does while all is well."""

    def test_every_report_tells_who_is_there(self) -> None:
        engine = self.engine()

        self.serve('a7')
        self.until(lambda: len(engine.presences()) > 3)

        self.assertEqual({'a7'}, {each.name for each in engine.presences()})

    def test_a_run_goes_on_with_another_engine(self) -> None:
        first, second = self.engine('e1'), self.engine('e2')
        self.serve()
        self.until(lambda: first.presences() or second.presences())
        first.dispatch(dispatches.attempt('1.0.0.0.1', 'sleep 1'))
        self.until(lambda: '1.0.0.0.1' in first.held())

        first.stop()

        self.until(lambda: '1.0.0.0.1' in second.outcomes)

    def test_an_agent_that_ends_says_so_at_once(self) -> None:
        engine = self.engine()
        agent = self.serve()
        self.until(engine.presences)
        engine.dispatch(dispatches.attempt('1.0.0.0.1', 'sleep 0.5'))
        self.until(lambda: '1.0.0.0.1' in engine.held())

        agent.stop()

        last = engine.reports[-1].presence
        self.assertTrue(last is not None and last.closing)
        self.assertEqual('ready', engine.outcomes['1.0.0.0.1'].state)

    def test_what_an_answer_brings_along_is_carried_out(self) -> None:
        engine = self.engine()
        self.serve()
        self.until(engine.presences)
        next_one, on = dispatches.attempt('1.0.0.1.1')
        engine.brought['n1'] = contracts.Dispatched(
            {'engine': 'e1'}, (next_one,), on
        )

        self.ready(engine, '1.0.0.0.1')

        self.until(lambda: '1.0.0.1.1' in engine.outcomes)

    def test_who_is_there_is_told_now_and_then(self) -> None:
        engine = self.engine()
        self.serve()
        self.until(engine.presences)

        numbers = itertools.count()

        def is_once_left_out() -> bool:
            attempt = f'1.0.0.{next(numbers)}.1'
            engine.dispatch(dispatches.attempt(attempt, 'true'))
            return any(r.presence is None for r in list(engine.reports))

        self.until(is_once_left_out)
        self.until(lambda: len(engine.presences()) > 3)

    def test_two_agents_share_what_is_dispatched(self) -> None:
        engine = self.engine()
        for name in ('a1', 'a2'):
            self.serve(name)
        self.until(lambda: len({p.name for p in engine.presences()}) == 2)

        numbers = itertools.count()

        def shared() -> bool:
            number = next(numbers)
            engine.dispatch(dispatches.attempt(f'1.0.0.{number}.1'))
            said = {r.agent for r in engine.reports if r.outcomes}
            return said == {'a1', 'a2'}

        self.until(shared)
        sent = next(numbers)
        self.until(lambda: len(engine.outcomes) == sent)
