"""The process `trailmark-agent`: how it starts, works, ends, and dies."""

import configparser
import pathlib
import shlex
import signal
import time
from typing import Any

import trailmark
from trailmark.common import clock
from trailmark.messaging import threaded
from trailmark.tests import brokers
from trailmark.tests.functional import agents, base, processes, proxy

_EXAMPLES = pathlib.Path(trailmark.__file__).parent / 'examples'


class StartTest(agents.AgentTestCase):
    """What it says before it serves."""

    def test_without_a_broker_it_is_refused(self) -> None:
        done = self.program().run('--node', 'n1')

        self.assertEqual(2, done.code, done)
        self.assertIn('transport_url is not set', done.err)

    def test_a_name_that_no_node_can_have_is_refused(self) -> None:
        program = self.program(default__transport_url='fake://')

        for name in ('n@1', '..', 'a b', 'n1\n'):
            done = program.run('--node', name)
            self.assertEqual(2, done.code, done)
            self.assertIn('--node', done.err)

    def test_it_says_in_one_line_whom_it_serves_but_no_password(self) -> None:
        process = self.agent('--name', 'a7')

        [line] = [
            line
            for line in base.said(process).splitlines()
            if 'for node n1 through' in line
        ]
        self.assertRegex(line, r'agent a7 .* rabbit://[^:]*:\*\*\*@')

    def test_systemd_starts_a_command_that_serves(self) -> None:
        unit = configparser.ConfigParser(interpolation=None)
        unit.read(_EXAMPLES / 'systemd' / 'trailmark-agent@.service')
        said = unit['Service']['ExecStart'].replace('%i', 'n1')
        _program, *arguments, config = shlex.split(said)
        file = base.write(
            self.folder,
            {
                'a.conf': f'[DEFAULT]\ntransport_url = {self.url(None)}\n'
                f'control_exchange = {self.conf.control_exchange}\n'
            },
        )

        self.assertTrue(config.endswith('.conf'), said)
        self.start(self.program(), *arguments, str(file / 'a.conf'))

        self.until(self.engine.presences, 'an agent serves')

    def test_a_report_of_its_state_has_no_password(self) -> None:
        process = self.agent()

        process.send_signal(signal.SIGUSR2)

        self.until(
            lambda: 'Configuration' in base.said(process), 'a report comes'
        )
        url = threaded.messaging.TransportURL.parse(self.conf)
        password = f':{url.hosts[0].password}@'
        self.assertNotIn(password, base.said(process))
        self.assertIsNone(process.poll())


class EndTest(agents.AgentTestCase):
    """It is told to end."""

    def _end_by(self, number: signal.Signals) -> None:
        process = self.agent(agent__drain_seconds=20)
        self.begin('1.0.0.0.1', 1.5)

        process.send_signal(number)
        code, said = self.end(process, 15)

        self.assertEqual(0, code, said)
        self.assertEqual('ready', self.engine.outcomes['1.0.0.0.1'].state)
        last = self.engine.reports[-1].presence
        self.assertTrue(last is not None and last.closing)

    def test_sigterm_waits_for_what_runs(self) -> None:
        """Nova: behaviour 34."""
        self._end_by(signal.SIGTERM)

    def test_sigint_waits_for_what_runs(self) -> None:
        self._end_by(signal.SIGINT)

    def test_what_takes_too_long_is_left_to_the_next_agent(self) -> None:
        process = self.agent(agent__drain_seconds=0.5)
        self.begin('1.0.0.0.1')
        process.terminate()
        code, said = self.end(process, 15)
        self.assertEqual(0, code, said)
        self.assertNotEqual([], self.running())

        self.agent()
        self.dispatch('1.0.0.0.1', self.work)
        self.let_go()

        self.assertEqual('ready', self.outcome('1.0.0.0.1').state)
        self.assertEqual(1, self.log.starts()['1.0.0.0.1'])


class DeathTest(agents.AgentTestCase):
    """`kill -9` of an agent with an attempt at work."""

    def setUp(self) -> None:
        super().setUp()
        self.first = self.agent('--name', 'a1')

    def _kill(self) -> None:
        processes.kill(self.first)
        self.assertEqual(-signal.SIGKILL, self.first.returncode)
        self.assertNotEqual([], self.running(), 'the work died too')

    def test_the_next_agent_waits_for_what_was_left(self) -> None:
        self.begin('1.0.0.0.1')
        self._kill()

        self.agent('--name', 'a1')
        self.dispatch('1.0.0.0.1', self.work)
        self.until(lambda: '1.0.0.0.1' in self.engine.held(), 'it is held')
        self.let_go()

        found = self.outcome('1.0.0.0.1')
        self.assertEqual('ready', found.state)
        self.assertEqual('half\n', found.checkpoint)
        self.assertEqual(1, self.log.starts()['1.0.0.0.1'])

    def test_the_next_agent_answers_how_it_ended_meanwhile(self) -> None:
        self.begin('1.0.0.0.1')
        self._kill()
        self.let_go()
        self.until(lambda: not self.running(), 'the work ends')

        self.agent('--name', 'a1')
        self.dispatch('1.0.0.0.1', self.work)

        self.assertEqual('ready', self.outcome('1.0.0.0.1').state)
        self.assertEqual(1, self.log.starts()['1.0.0.0.1'])

    def test_without_its_supervisor_it_is_ended_and_interrupted(self) -> None:
        self.begin('1.0.0.0.1')
        processes.kill_with_supervisors(self.first, self.folder / 'state')
        self.assertNotEqual([], self.running(), 'the work died too')

        self.agent('--name', 'a1')
        self.dispatch('1.0.0.0.1', self.work)

        found = self.outcome('1.0.0.0.1')
        self.assertTrue(found.interrupted)
        self.assertEqual('half\n', found.checkpoint)
        self.assertEqual([], self.running())

    def test_another_agent_of_the_node_answers_for_it(self) -> None:
        """Nova: behaviour 33."""
        self.begin('1.0.0.0.1')
        self.agent('--name', 'a2')
        self._kill()

        self.dispatch('1.0.0.0.1', self.work)
        self.until(lambda: '1.0.0.0.1' in self.engine.held(), 'it is held')
        self.dispatch('1.0.0.0.2', 'true', checkpoint='half\n', attempt=2)

        self.assertEqual('ready', self.outcome('1.0.0.0.2').state)
        self.assertEqual('cancelled', self.outcome('1.0.0.0.1').state)
        self.assertEqual([], self.log.overlaps())
        self.assertEqual([], self.log.twice())

    def test_what_had_ended_is_answered_from_the_journal(self) -> None:
        self.dispatch('1.0.0.0.1', 'echo once')
        said = self.outcome('1.0.0.0.1')
        processes.kill(self.first)
        self.engine.outcomes.clear()

        self.agent('--name', 'a1')
        self.dispatch('1.0.0.0.1', 'echo twice')

        self.assertEqual(said, self.outcome('1.0.0.0.1'))
        self.assertEqual(1, self.log.starts()['1.0.0.0.1'])


class WorkTest(agents.AgentTestCase):
    """It carries out what it should, and nothing else."""

    def test_a_checkpoint_is_told_while_the_work_goes_on(self) -> None:
        self.agent()
        self.begin('1.0.0.0.1')

        self.until(
            lambda: any(
                report.checkpoints.get('1.0.0.0.1') == 'half\n'
                for report in self.engine.reports
            ),
            'the checkpoint is told',
        )
        self.engine.cancel('n1', ['1.0.0.0.1'])
        self.assertEqual('cancelled', self.outcome('1.0.0.0.1').state)

    def test_a_cancel_that_comes_first_is_obeyed(self) -> None:
        self.agent()

        self.engine.cancel('n1', ['1.0.0.0.1'])
        self.outcome('1.0.0.0.1')
        self.dispatch('1.0.0.0.1', 'true')

        self.until(lambda: self.engine.told['1.0.0.0.1'] == 2, 'an answer')
        self.assertEqual([], self.log.started())

    def test_what_an_engine_of_the_past_sends_is_not_done(self) -> None:
        process = self.agent()
        self.dispatch('1.0.0.0.1', 'true', epoch=3)
        self.outcome('1.0.0.0.1')

        self.dispatch('1.0.0.1.1', 'true', epoch=2)

        self.until(
            lambda: 'it comes from epoch 2' in base.said(process), 'a refusal'
        )
        self.assertEqual(1, len(self.log.started()))

    def test_an_old_dispatch_that_nobody_wants_is_not_done(self) -> None:
        self.agent()
        self.engine.wanted = False

        old = clock.steady_micros() - 60_000_000
        self.dispatch('1.0.0.0.1', 'true', sent_at=old)
        self.dispatch('1.0.0.1.1', 'true')

        self.outcome('1.0.0.1.1')
        self.assertEqual({'1.0.0.1.1'}, set(self.log.starts()))

    def test_garbage_does_no_harm(self) -> None:
        process = self.agent()
        client = self.engine._client
        garbage: list[Any] = ['x', [[]], [{'id': 1}], {}]
        for task in garbage:
            client._cast(
                'n1', {}, 'execute_task_on_instance', task=task, instance={}
            )
        client._cast('n1', {}, 'cancel_task', attempt_ids=['no id'])
        client._cast('n1', {}, 'forget_run', run=2**70)

        self.dispatch('1.0.0.0.1', 'true')

        self.assertEqual('ready', self.outcome('1.0.0.0.1').state)
        refused = base.said(process).count('is refused')
        self.assertEqual(6, refused, base.said(process))

    def test_an_attempt_that_contradicts_itself_is_refused(self) -> None:
        process = self.agent()

        self.dispatch('1.0.0.0.1', 'true', run=2)
        self.dispatch('1.0.0.1.1', 'true', epoch=2**63)
        self.dispatch('1.0.0.2.1', 'true', checkpoint='\ud800')

        self.until(
            lambda: base.said(process).count('contradicts itself') == 3,
            'three refusals',
        )
        self.assertEqual([], self.log.started())


class BrokerTest(agents.AgentTestCase):
    """The broker goes away and comes back."""

    def test_what_ends_meanwhile_is_told_afterwards(self) -> None:
        url = threaded.messaging.TransportURL.parse(
            brokers.configuration('rabbit')
        )
        door = proxy.Proxy(url.hosts[0].hostname, url.hosts[0].port)
        self.addCleanup(door.close)
        self.agent(
            port=door.port, oslo_messaging_rabbit__rabbit_retry_interval=1
        )
        self.begin('1.0.0.0.1', 2)

        door.shut()
        self.until(lambda: not self.running(), 'the work ends')
        self.assertGreater(door.cut, 0)
        self.assertEqual({}, self.engine.outcomes)
        door.open()

        self.assertEqual('ready', self.outcome('1.0.0.0.1', 60).state)
        time.sleep(1)
        self.dispatch('1.0.0.1.1', 'true')
        self.assertEqual('ready', self.outcome('1.0.0.1.1', 60).state)
