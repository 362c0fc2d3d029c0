"""The broker has no memory left, again and again, while a run goes on."""

import time

from trailmark.db import agents, runs
from trailmark.tests import forms
from trailmark.tests.functional import cluster, sidelog, verdict

_ALARMS = 5
#: Seconds; longer than both tries of a message take until they fail.
_LENGTH = 30.0 if forms.WHOLE else 12.0
#: Seconds after the end of an alarm.
_HEARD = 10.0


class AlarmsTest(cluster.ClusterTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(
            self.folder / 'log', verdict.NODES, verdict.STEPS, _LENGTH / 3
        )
        self.verdict = verdict.Verdict(self, self.cluster, self.log)
        self.cluster.add_engine('e1')
        for number in range(1, verdict.NODES + 1):
            self.cluster.add_agent(f'n{number}')

    def test_every_agent_is_heard_soon_after_each_of_five_alarms(self) -> None:
        run = self._deploy()

        for _ in range(_ALARMS):
            self._alarm()
            self.verdict.check_meanwhile(run)

        self.assertFalse(self.cluster.is_over(run), 'the run was too short')
        cluster.until(lambda: self.cluster.is_over(run), 'the run ends', 300)
        self.verdict.check_end(run)

    def _deploy(self) -> int:
        command, folder = self.cluster.command(), str(self.log.deployment)
        cluster.until(
            lambda: command.run('deploy', '--detach', folder).code == 0,
            'a run begins',
            90,
        )
        return runs.list_all(self.database, limit=1)[0].id

    def _alarm(self) -> None:
        self.cluster.rabbitmq.limit_memory(0.0)
        time.sleep(_LENGTH)
        self.assertTrue(self._silent(_LENGTH / 2), 'the alarm did not fire')
        self.cluster.rabbitmq.limit_memory(0.4)
        end = time.monotonic()
        cluster.until(
            lambda: not self._silent(time.monotonic() - end),
            'every agent is heard',
            _HEARD,
        )

    def _silent(self, seconds: float) -> list[str]:
        """Nodes whose agents were not heard for so long."""
        return [
            agent.node
            for agent in agents.list_all(self.database)
            if (agent.seen_ago or 0) > seconds * 1_000_000
        ]
