"""A task of a server, stopped, killed, resumed, and read three ways."""

import collections
import json
from pathlib import Path
from typing import Any

import httpx

from trailmark.tests.functional import base, cluster, processes, serving

#: Five steps; the checkpoint is the last one that is done.
_STEPS = """
done=$(cat "$TRAILMARK_CHECKPOINT" 2>/dev/null || echo 0)
for step in 1 2 3 4 5; do
    [ "$step" -gt "$done" ] || continue
    echo "$step" >> {folder}/steps
    while [ "$step" = 3 ] && [ ! -e {folder}/go ]; do sleep 0.1; done
    echo "$step" > new && mv new "$TRAILMARK_CHECKPOINT"
done
"""
_HOLD = 'touch {folder}/held; while [ ! -e {folder}/on ]; do sleep 0.1; done'
_OF_NOVA = {
    'WAITING': 'pending',
    'RUNNING': 'running',
    'COMPLETED': 'ready',
}


def _of_sahara(step: dict[str, Any]) -> str:
    """The state of a step's one execution."""
    if step['successful']:
        return 'ready'
    return 'pending' if step['started_at'] is None else 'running'


class InstanceStoryTest(base.ProcessTestCase):
    """Two engines and an agent behind a broker, and the API before them."""

    def setUp(self) -> None:
        super().setUp()
        self.cluster = cluster.begin(self, self.folder)
        for name in ('e1', 'e2'):
            self.cluster.add_engine(name)
        self.agent = self.cluster.add_agent('n1')
        self.cluster.add_agent('n2')
        port = serving.free_port()
        self.url = f'http://127.0.0.1:{port}'
        self.begin_api(port)
        self.server = self.deployed()
        self.node = int(self.server.rpartition('/')[2])

    def begin_api(self, port: int) -> None:
        """Serve the API, as the one who sees everything."""
        made = processes.Trailmark(self.folder / 'state', None, processes.API)
        made.environment.update(self.cluster.command().environment)
        self.start(made, '--port', str(port))

        def is_ready() -> bool:
            try:
                return httpx.get(f'{self.url}/readyz').status_code == 200
            except httpx.TransportError:
                return False

        self.until(is_ready, 'the API is ready', 60)

    def deployed(self) -> str:
        """The URL of the server n1, on which a first run has ended well."""
        folder = str(self.folder)
        files = {
            'nodes.yaml': base.nodes('n1', 'n2'),
            'release/default.yaml': [base.shell('install', 'true')],
            'release/rebuild.yaml': [
                base.shell('prepare', _HOLD.replace('{folder}', folder)),
                base.shell(
                    'build',
                    _STEPS.replace('{folder}', folder),
                    requires=['prepare'],
                ),
                base.shell('start', 'true', requires=['build']),
            ],
        }
        deployment = str(base.write(self.folder / 'web', files))
        asks = processes.Trailmark(self.folder / 'elsewhere')
        asks.environment['TRAILMARK_ENDPOINT'] = self.url
        self.until(
            lambda: asks.run('deploy', deployment).code == 0, 'it runs', 90
        )
        found = httpx.get(f'{self.url}/v2.1/servers?name=^n1$').json()
        return f'{self.url}/v2.1/servers/{found["servers"][0]["id"]}'

    def task(self, place: str) -> dict[str, Any]:
        """What is told of a task."""
        found: dict[str, Any] = httpx.get(place).json()['task']
        return found

    def until_task(self, place: str, **wanted: object) -> dict[str, Any]:
        """The task, once it is so."""
        self.until(
            lambda: wanted.items() <= self.task(place).items(),
            f'the task is {wanted}',
            90,
        )
        return self.task(place)

    def stopped(self) -> str:
        """A task that was stopped behind its first item; its URL."""
        answer = httpx.post(f'{self.server}/tasks', json={'action': 'rebuild'})
        self.assertEqual(202, answer.status_code, answer.text)
        place = answer.headers['Location']
        self.until((self.folder / 'held').exists, 'it has begun')
        self.assertEqual(202, httpx.post(f'{place}/stop').status_code)
        (self.folder / 'on').touch()
        self.until_task(place, status='stopped', done=1)
        return str(place)

    def killed(self, place: str) -> None:
        """It is resumed; in its third step its engine and agent die.

        Others go on, and stand in the same step again.
        """
        self.assertEqual(202, httpx.post(f'{place}/resume').status_code)
        self.until(lambda: self.steps() == '1 2 3', 'step 3', 90)
        self.until(
            lambda: (
                (self.task(place)['checkpoint'] or {}).get('data') == '2\n'
            ),
            'the checkpoint',
        )
        holder = self.cluster.holder(int(place.rpartition('/')[2]))
        assert holder is not None
        self.assertTrue(holder.kill())
        self.assertTrue(self.agent.kill())
        state = self.cluster.folder / 'state/agents/n1'
        self.assertTrue(processes.kill_supervisors(state))
        for service in (holder, self.agent):
            service.start()
        self.until(lambda: self.steps() == '1 2 3 3', 'step 3 again', 90)

    def steps(self) -> str:
        """The steps that were begun, in order."""
        file: Path = self.folder / 'steps'
        return ' '.join(file.read_text().split()) if file.exists() else ''

    def test_it_is_told_the_same_however_it_is_read(self) -> None:
        """Nova: behaviours 24, 26 and 28. All together: behaviour 1."""
        place = self.stopped()
        self.assertFalse((self.folder / 'steps').exists())
        self.check_standings(place, 'ready', 'pending', 'pending')
        self.killed(place)
        self.check_standings(place, 'ready', 'running', 'pending')
        self.check_interrupted(place)

        (self.folder / 'go').touch()
        task = self.until_task(place, status='ready')

        self.check_standings(place, *['ready'] * 3)
        self.assertEqual([], self.progress_events())

        # No step but the one in which they died was done twice.
        self.assertEqual('1 2 3 3 4 5', self.steps())
        self.assertEqual(
            (100, 3, 'COMPLETED', None),
            (task['progress'], task['done'], task['state'], task['error']),
        )
        self.check_events(task)
        self.check_history(task)

    def check_standings(self, place: str, *wanted: str) -> None:
        """How each of its three tasks is, whoever tells it."""
        of_items = httpx.get(f'{place}/items').json()['items']
        steps = self.cluster_shown()['provisioning_progress']
        rows = httpx.get(
            f'{self.url}/api/v1/tasks/{place.rpartition("/")[2]}/tasks_history'
        ).json()
        own = [each for each in rows if each['node_id'] == self.node]

        told = [
            {each['action']: _OF_NOVA[each['state']] for each in of_items},
            {each['step_name']: _of_sahara(each) for each in steps},
            {each['task_name']: each['status'] for each in own},
        ]
        names = ('prepare', 'build', 'start')
        expected = dict(zip(names, wanted, strict=True))
        self.assertEqual([expected] * 3, told)

    def check_interrupted(self, place: str) -> None:
        """The attempt that both died in is the same, whoever tells it."""
        run = place.rpartition('/')[2]
        [fault] = httpx.get(f'{self.url}/api/v1/runs/{run}/faults').json()[
            'faults'
        ]
        [event] = self.progress_events()
        cluster = self.cluster_shown()

        self.assertEqual('Waiting', cluster['status'])
        self.assertEqual('build', event['step_name'])
        self.assertEqual(
            (False, 'n1'), (event['successful'], event['instance_name'])
        )
        said, number = event['event_info'], event['error_id']
        self.assertEqual(f'{fault["message"]}\nError ID: {number}', said)
        self.assertEqual(
            (run, '1'), (number.split('.')[0], number.split('.')[-1])
        )
        self.assertEqual(('build', 1), (fault['task'], fault['attempt']))
        going, ended, _prepared = self.action_of(self.task(place))['events']
        self.assertEqual(
            ('build', None, 'build', fault['message']),
            (
                *(going['event'], going['result']),
                *(ended['event'], ended['details']),
            ),
        )

    def action_of(self, task: dict[str, Any]) -> dict[str, Any]:
        """The instance action of a task, with its events."""
        url = f'{self.server}/os-instance-actions/{task["request_id"]}'
        asked = {'OpenStack-API-Version': 'compute 2.84'}
        answer = httpx.get(url, headers=asked)
        found: dict[str, Any] = answer.json()['instanceAction']
        return found

    def cluster_shown(self) -> dict[str, Any]:
        """As Sahara tells it."""
        answer = httpx.get(f'{self.url}/v1.1/acme/clusters/1')
        found: dict[str, Any] = answer.json()['cluster']
        return found

    def progress_events(self) -> list[dict[str, Any]]:
        """Events of steps that are not done, with the names of the steps."""
        names = {
            each['id']: each['step_name']
            for each in self.cluster_shown()['provisioning_progress']
        }
        answer = httpx.get(f'{self.url}/v1.1/acme/clusters/1/progress')
        return [
            {**each, 'step_name': names[each['step_id']]}
            for each in answer.json()['events']
        ]

    def check_events(self, task: dict[str, Any]) -> None:
        """As Nova tells it: every attempt, and where it was."""
        action = self.action_of(task)
        self.assertEqual(
            [
                ('start', 'Success'),
                ('build', 'Success'),
                ('build', 'Error'),
                ('prepare', 'Success'),
            ],
            [(each['event'], each['result']) for each in action['events']],
        )
        self.assertIn('Interrupted', action['events'][2]['traceback'])
        self.assertTrue(action['events'][0]['hostId'])
        self.assertEqual(
            (None, task['finished_at']),
            (action['message'], action['finish_time']),
        )

    def check_history(self, task: dict[str, Any]) -> None:
        """As Fuel and Trailmark itself tell it."""
        api = f'{self.url}/api/v1'
        run = httpx.get(f'{api}/runs/{task["id"]}').json()['run']
        rows = httpx.get(
            f'{api}/transactions/{task["id"]}/deployment_history',
            params={'nodes': self.server.rpartition('/')[2]},
        ).json()
        faults = httpx.get(f'{api}/runs/{task["id"]}/faults').json()['faults']
        counts = collections.Counter(row['status'] for row in rows)
        self.assertEqual({'ready': task['done']}, counts)
        self.assertEqual(
            (task['started_at'], task['finished_at'], 'ready'),
            (run['time_start'], run['time_end'], run['status']),
        )
        self.assertEqual(
            [('build', 'n1', 1, 'Interrupted')],
            [
                (each['task'], each['node'], each['attempt'], each['fault'])
                for each in faults
            ],
            json.dumps(faults),
        )
        self.assertEqual(
            [task['id']],
            [each['id'] for each in self.tasks_of('rebuild')],
        )

    def tasks_of(self, action: str) -> list[dict[str, Any]]:
        """Tasks of the server with this action."""
        found = httpx.get(f'{self.server}/tasks').json()['tasks']
        return [each for each in found if each['action'] == action]
