"""Engines and agents as services: handing over, upgrades, checkpoints."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil

from trailmark.common.states import RunState
from trailmark.db import checkpoints, engines, faults, runs, tasks_history
from trailmark.tests.functional import base, cluster, processes

_LEASE = float(cluster.OPTIONS['ENGINE__LEASE_SECONDS'])
_STEPS = """
done=$(cat "$TRAILMARK_CHECKPOINT" 2>/dev/null || echo 0)
for step in 1 2 3 4 5; do
    [ "$step" -gt "$done" ] || continue
    echo "step $step"
    echo "$step" >> {folder}/steps
    if [ "$step" = 3 ] && [ ! -e {folder}/go ]; then sleep 600; fi
    echo "$step" > new && mv new "$TRAILMARK_CHECKPOINT"
done
"""


class ServicesTest(cluster.ClusterTestCase):
    """Two engines and an agent of n1."""

    def setUp(self) -> None:
        super().setUp()
        for name in ('e1', 'e2'):
            self.cluster.add_engine(name)
        self.agent = self.cluster.add_agent('n1')
        self.command = self.cluster.command()
        self.command.environment['OS_AGENT__WORK_FOLDER'] = str(
            self.folder / 'work'
        )

    def deploy(self, *tasks: dict[str, Any], nodes: tuple[str, ...]) -> int:
        """Hand a run over; its number."""
        files = {
            'nodes.yaml': base.nodes(*nodes),
            'release/default.yaml': list(tasks),
        }
        folder = str(base.write(self.folder / 'web', files))

        def accepted() -> bool:
            done = self.command.run('deploy', '--detach', folder)
            return done.code == 0

        cluster.until(accepted, 'a run begins')
        return runs.list_all(self.database, limit=1)[0].id

    def ended(self, run: int, seconds: float = 60) -> RunState:
        """The state in which a run ends."""
        cluster.until(
            lambda: self.cluster.is_over(run), 'the run ends', seconds
        )
        return runs.get(self.database, run).state

    def attempts(self, run: int) -> set[int]:
        """Numbers of attempts of all executions on nodes."""
        rows = tasks_history.page(self.database, run=run, limit=1000)
        return {row.attempt for row in rows if row.node is not None}

    def holder(self, run: int) -> cluster.Service:
        """The engine that drives a run, once one does."""
        cluster.until(lambda: self.cluster.holder(run), 'an engine takes it')
        found = self.cluster.holder(run)
        assert found is not None
        return found

    def epoch(self, run: int) -> int:
        """Of the claim on a run."""
        found = runs.standing(self.database, run)
        assert found is not None
        return found[1]

    def chain(self, length: int, command: str) -> list[dict[str, Any]]:
        """Tasks that follow one another."""
        return [
            base.shell(
                f't{number}',
                command,
                requires=[f't{number - 1}'] if number else [],
            )
            for number in range(length)
        ]


class EnginesTest(ServicesTest):
    """What becomes of a run whose engine is gone, or about to go."""

    def test_a_killed_engine_of_the_same_host_is_replaced_at_once(
        self,
    ) -> None:
        run = self.deploy(*self.chain(12, 'sleep 0.3'), nodes=('n1',))
        holder, epoch = self.holder(run), self.epoch(run)
        self.assertTrue(holder.kill())
        killed_at = time.monotonic()

        cluster.until(lambda: self.epoch(run) > epoch, 'adoption')

        self.assertLess(time.monotonic() - killed_at, 2)
        self.assertEqual(RunState.READY, self.ended(run))
        self.assertEqual({1}, self.attempts(run))

    def test_a_silent_engine_is_replaced_within_its_lease_and_two_seconds(
        self,
    ) -> None:
        run = self.deploy(*self.chain(20, 'sleep 0.5'), nodes=('n1',))
        holder, epoch = self.holder(run), self.epoch(run)
        os.kill(holder.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, holder.pid, signal.SIGCONT)
        stopped_at = time.monotonic()

        cluster.until(lambda: self.epoch(run) > epoch, 'adoption')

        self.assertLess(time.monotonic() - stopped_at, _LEASE + 2)
        self.assertEqual(RunState.READY, self.ended(run))
        self.assertEqual({1}, self.attempts(run))

    def test_a_second_engine_of_a_name_is_refused(self) -> None:
        cluster.until(
            lambda: len(engines.list_all(self.database)) == 2, 'engines'
        )

        second = self.cluster.add_engine('e1')

        assert second.process is not None
        self.assertEqual(2, second.process.wait(30))
        self.assertIn('Engine e1 runs already', second.log.read_text())

    def test_an_engine_ends_in_time_whatever_its_database_does(self) -> None:
        engine = self.cluster.engines[0]
        cluster.until(lambda: 'serves' in engine.log.read_text(), 'it serves')
        postmaster = psutil.Process(self.cluster.postgresql.pid())
        frozen = [postmaster, *postmaster.children(recursive=True)]
        for process in frozen:
            process.suspend()
            self.addCleanup(process.resume)

        begun = time.monotonic()
        self.assertIn(engine.end(45), (0, 1))

        self.assertLess(time.monotonic() - begun, 40)

    def test_a_report_of_its_state_shows_no_password(self) -> None:
        engine = self.cluster.engines[0]
        cluster.until(lambda: 'serves' in engine.log.read_text(), 'it serves')

        os.kill(engine.pid, signal.SIGUSR2)

        cluster.until(
            lambda: 'Guru Meditation' in engine.log.read_text(), 'a report'
        )
        self.assertIn('claiming.py', engine.log.read_text())
        self.assertNotIn('guest:guest', engine.log.read_text())

    def test_engines_are_upgraded_one_after_the_other_under_a_run(
        self,
    ) -> None:
        run = self.deploy(*self.chain(40, 'sleep 0.3'), nodes=('n1',))
        epoch = self.epoch(run)

        for _ in range(2):
            for engine in self.cluster.engines:
                self.holder(run)
                self.assertEqual(0, engine.end())
                engine.start()

        self.assertGreater(self.epoch(run), epoch)
        self.assertEqual(RunState.READY, self.ended(run))
        self.assertEqual({1}, self.attempts(run))
        self.assertEqual([], faults.of_run(self.database, run))


class AgentsTest(ServicesTest):
    """Agents that die, come late, or are one too many."""

    def _killed_in_step_3(self, **fields: Any) -> int:
        script = _STEPS.format(folder=self.folder)
        run = self.deploy(
            base.shell('install', script, **fields), nodes=('n1',)
        )
        cluster.until(lambda: self._steps() == '1 2 3', 'step 3')
        cluster.until(
            lambda: (
                [*checkpoints.latest(self.database, run).values()] == ['2\n']
            ),
            'the checkpoint',
        )
        self.assertTrue(self.agent.kill())
        state = self.cluster.folder / 'state/agents/n1'
        self.assertTrue(processes.kill_supervisors(state))
        (self.folder / 'go').touch()
        self.agent.start()
        return run

    def _checkpoints(self, run: int) -> list[str]:
        return list(checkpoints.latest(self.database, run).values())

    def _steps(self) -> str:
        file = self.folder / 'steps'
        return ' '.join(file.read_text().split()) if file.exists() else ''

    def _faults(self, run: int) -> list[tuple[int, str]]:
        found = faults.of_run(self.database, run)
        return [(each.attempt, each.kind) for each in found]

    def test_a_script_goes_on_in_the_step_in_which_its_agent_died(
        self,
    ) -> None:
        """Nova: behaviour 29."""
        run = self._killed_in_step_3()

        self.assertEqual(RunState.READY, self.ended(run))
        self.assertEqual('1 2 3 3 4 5', self._steps())
        self.assertEqual([(1, 'Interrupted')], self._faults(run))

    def test_a_task_may_rather_fail_than_run_again(self) -> None:
        """Nova: behaviour 29."""
        run = self._killed_in_step_3(on_interrupt='fail')

        self.assertEqual(RunState.ERROR, self.ended(run))
        self.assertEqual('1 2 3', self._steps())
        self.assertEqual([(1, 'Interrupted')], self._faults(run))

    def test_the_answer_to_a_report_brings_the_next_task_along(self) -> None:
        run = self.deploy(*self.chain(40, 'true'), nodes=('n1',))

        self.assertEqual(RunState.READY, self.ended(run))
        self.assertLess(self.agent.door.messages['delivered'], 60)

    def test_output_is_seen_while_a_task_runs(self) -> None:
        script = (
            f'echo hello; while [ ! -e {self.folder}/go ]; do sleep 0.1; done'
        )
        run = self.deploy(base.shell('talk', script), nodes=('n1',))
        path = self.folder / 'watched'
        with path.open('w') as stream:
            watching = self.command.start(
                'run', 'watch', str(run), stdout=stream
            )
        self.addCleanup(watching.kill)

        cluster.until(lambda: 'talk@n1 | hello' in path.read_text(), 'output')

        self.assertFalse(self.cluster.is_over(run))
        (self.folder / 'go').touch()
        self.assertEqual(0, watching.wait(30))

    def test_large_data_are_fetched_by_the_agent(self) -> None:
        data = 'line of data\n' * 100_000
        path = str(self.folder / 'made')
        task = {
            **base.shell('put', ''),
            'type': 'upload_file',
            'parameters': {'path': path, 'data': data},
        }
        run = self.deploy(task, nodes=('n1',))

        self.assertEqual(RunState.READY, self.ended(run))
        self.assertEqual(data, Path(path).read_text())

    def test_a_second_machine_of_a_served_node_is_refused(self) -> None:
        cluster.until(lambda: self._agents() == {'a': 'unassigned'}, 'a')

        other = self.cluster.add_agent('n1', 'b', state='other')

        cluster.until(lambda: self._agents().get('b') == 'refused', 'b')
        self.assertTrue(self.agent.kill())
        cluster.until(lambda: self._agents().get('b') == 'unassigned', 'b', 60)
        self.assertTrue(other.is_alive)

    def _agents(self) -> dict[str, str]:
        said = self.command.run(
            'service', 'list', '--kind', 'agent', '-f', 'json'
        )
        return {each['name']: each['state'] for each in json.loads(said.out)}

    def test_a_node_without_agent_is_waited_for(self) -> None:
        group = {
            'id': 'w',
            'type': 'group',
            'version': '2.0.0',
            'roles': ['w'],
            'fault_tolerance': 1,
        }
        task = base.shell('a', 'true')
        run = self.deploy(group, task, nodes=('n1', 'n2'))
        cluster.until(
            lambda: 'n2' in self.command.run('run', 'show', str(run)).out,
            'a reason',
        )

        self.assertFalse(self.cluster.is_over(run))
        self.cluster.add_agent('n2')

        self.assertEqual(RunState.READY, self.ended(run))
        self.assertEqual({1}, self.attempts(run))
