"""Tests of both contracts over a broker, in memory and RabbitMQ."""

import dataclasses
import queue
from typing import Any

import testscenarios
import testtools

from trailmark.common import exceptions
from trailmark.common.states import ExecutionState
from trailmark.messaging import (
    agents,
    contracts,
    engines,
    late_answers,
    transport,
    wire,
)
from trailmark.tests import brokers

ATTEMPT = contracts.TaskAttempt(
    id='7.0.1.2.1',
    run=7,
    epoch=3,
    sent_at=1,
    name='a@n1',
    task='a',
    type='shell',
    attempt=1,
    parameters={'cmd': 'true', 'deep': {'list': [1, None]}},
    timeout=5.0,
    secrets=('s',),
)
INSTANCE = contracts.Instance('c', 'n1', 'n1', ('web',), {'rack': 1})
REPORT = contracts.Report(
    'agent',
    'journal',
    ('7.0.1.2.1',),
    (
        contracts.Outcome(
            '7.0.1.2.0', ExecutionState.ERROR, 'm', 'Failed', summary={'a': 1}
        ),
    ),
    {'7.0.1.2.1': 'half'},
    contracts.Presence('n1', 'h-0', 'h', 1, '0', 5, ('shell',), 4),
)


load_tests = testscenarios.load_tests_apply_scenarios


class _Agent:
    def __init__(self) -> None:
        self.heard: queue.Queue[Any] = queue.Queue()

    def execute_task_on_instance(self, attempts: Any) -> None:
        self.heard.put(list(attempts))

    def cancel_task(self, attempt_ids: Any) -> None:
        self.heard.put(list(attempt_ids))

    def forget_run(self, run: int) -> None:
        self.heard.put(run)

    def dispatched(self, run: int, engine: str | None) -> None:
        self.heard.put((run, engine))


class _Engine:
    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: queue.Queue[Any] = queue.Queue()
        self.error: Exception | None = None
        self.dispatched: tuple[contracts.Dispatched, ...] = ()

    def report(self, report: contracts.Report) -> contracts.Later:
        answer = late_answers.LateAnswer()
        if self.error is not None:
            answer.say(self.error)
            return answer
        self.heard.put(report)
        answer.say(
            contracts.ReportAnswer(
                (self.name,), ('e',), 'no', dispatched=self.dispatched
            )
        )
        return answer

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        return (attempt_id, epoch) == ('7.0.1.2.1', 3)

    def parameters(self, attempt_id: str, offset: int) -> contracts.Piece:
        if attempt_id != '7.0.1.2.1':
            raise exceptions.NotFound(kind='open attempt', name=attempt_id)
        return contracts.Piece(b'\x00\xff', 'digest' if offset else None)

    def run_waits(self, run: int) -> None:
        self.heard.put(('waits', run))

    def look_at_run(self, run: int) -> None:
        self.heard.put(('look', run))


class ContractsTest(testtools.TestCase):
    scenarios = list(brokers.scenarios())
    kind = 'fake'

    def setUp(self) -> None:
        super().setUp()
        reason = brokers.why_not(self.kind)
        if reason is not None:
            self.skipTest(reason)
        self.transport = transport.make(brokers.configuration(self.kind))
        self.addCleanup(self.transport.cleanup)

    def _serve(self, server: Any) -> None:
        server.start()
        self.addCleanup(server.wait)
        self.addCleanup(server.stop)

    def _agent(self, node: str = 'n1', name: str = 'a') -> _Agent:
        made = _Agent()
        self._serve(
            agents.server(self.transport, node, name, made, made.dispatched)
        )
        return made

    def _engine(self, name: str = 'e1') -> _Engine:
        made = _Engine(name)
        server = engines.server(self.transport, name, made)
        server.start()
        self.addCleanup(server.close)
        return made

    def test_attempts_of_a_node_arrive_together_as_they_were(self) -> None:
        agent = self._agent()

        agents.AgentClient(self.transport).execute_task_on_instance(
            {'engine': 'e1'}, [ATTEMPT, ATTEMPT], INSTANCE
        )

        self.assertEqual((7, 'e1'), agent.heard.get(timeout=10))
        found = agent.heard.get(timeout=10)
        self.assertEqual([(ATTEMPT, INSTANCE)] * 2, found)

    def test_an_answer_brings_attempts_along_as_they_were(self) -> None:
        said = contracts.Dispatched({'engine': 'e1'}, (ATTEMPT,), INSTANCE)
        self._engine().dispatched = (said,)
        report = dataclasses.replace(REPORT, node='n1')

        answer = engines.EngineClient(self.transport).report('e1', report)

        self.assertEqual((said,), answer.dispatched)

    def test_an_answer_with_attempts_of_another_node_is_refused(self) -> None:
        said = contracts.Dispatched({}, (ATTEMPT,), INSTANCE)
        self._engine().dispatched = (said,)
        report = dataclasses.replace(REPORT, node='n2')

        with self.assertRaises(exceptions.MessageRefused):
            engines.EngineClient(self.transport).report('e1', report)

    def test_one_of_several_agents_of_a_node_takes_a_message(self) -> None:
        both = [self._agent(name='a'), self._agent(name='b')]
        client = agents.AgentClient(self.transport)

        for number in range(4):
            client.forget_run('n1', number)

        found: list[int] = []
        while len(found) < 4:
            for agent in both:
                while not agent.heard.empty():
                    found.append(agent.heard.get())
        self.assertEqual([0, 1, 2, 3], sorted(found))

    def test_garbage_is_dropped_and_what_follows_is_heard(self) -> None:
        agent = self._agent()
        client = agents.AgentClient(self.transport)

        garbages: list[Any] = [[{'id': 1}], 'x', None, [[]]]
        for garbage in garbages:
            client._cast(
                'n1',
                {},
                'execute_task_on_instance',
                task=garbage,
                instance={},
            )
        client.cancel_task('n1', ['7.0.1.2.1'])

        self.assertEqual(['7.0.1.2.1'], agent.heard.get(timeout=10))

    def test_a_report_is_answered_by_the_engine_that_it_names(self) -> None:
        first, second = self._engine('e1'), self._engine('e2')

        answer = engines.EngineClient(self.transport).report('e2', REPORT)

        self.assertEqual(contracts.ReportAnswer(('e2',), ('e',), 'no'), answer)
        self.assertEqual(REPORT, second.heard.get(timeout=10))
        self.assertTrue(first.heard.empty())

    def test_parameters_come_in_pieces_of_bytes(self) -> None:
        self._engine('e1')
        client = engines.EngineClient(self.transport)

        found = client.parameters('e1', '7.0.1.2.1', 5)

        self.assertEqual(contracts.Piece(b'\x00\xff', 'digest'), found)
        with self.assertRaises(exceptions.MessageNotSent):
            client.parameters('e1', '7.0.1.2.9', 0)

    def test_a_report_to_nobody_by_name_reaches_some_engine(self) -> None:
        self._engine('e1')

        answer = engines.EngineClient(self.transport).report(None, REPORT)

        self.assertEqual(('e1',), answer.committed)

    def test_a_report_that_nobody_answers_says_so_in_time(self) -> None:
        client = engines.EngineClient(self.transport, timeout=0.3)

        self.assertRaises(
            exceptions.MessageNotSent, client.report, 'gone', REPORT
        )

    def test_an_engine_that_fails_is_like_one_that_is_gone(self) -> None:
        engine = self._engine()
        engine.error = RuntimeError('broken')
        client = engines.EngineClient(self.transport, timeout=5)

        self.assertRaises(
            exceptions.MessageNotSent, client.report, None, REPORT
        )

    def test_an_old_dispatch_is_asked_about(self) -> None:
        self._engine()
        client = engines.EngineClient(self.transport)

        self.assertTrue(client.attempt_wanted('e1', '7.0.1.2.1', 3))
        self.assertFalse(client.attempt_wanted('e1', '7.0.1.2.1', 2))

    def test_every_engine_hears_of_runs(self) -> None:
        both = [self._engine('e1'), self._engine('e2')]
        client = engines.EngineClient(self.transport)

        client.execute_run(7)
        client.stop_run(7)

        for engine in both:
            found = {engine.heard.get(timeout=10) for _ in range(2)}
            self.assertEqual({('waits', 7), ('look', 7)}, found)


class WireTest(testtools.TestCase):
    def test_fields_of_a_newer_version_are_passed_over(self) -> None:
        data = {**wire.dump(INSTANCE), 'moon': 'full'}

        self.assertEqual(INSTANCE, wire.load(data, contracts.Instance))

    def test_what_is_wrong_names_its_place(self) -> None:
        data = {**wire.dump(INSTANCE), 'roles': [1]}

        error = self.assertRaises(
            exceptions.MessageRefused, wire.load, data, contracts.Instance
        )
        self.assertIn('$.roles[0]', str(error))
