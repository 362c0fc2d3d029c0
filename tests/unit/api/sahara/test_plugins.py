"""Steps of plugins: declared, derived, and reported by plugins."""

from typing import Any

import httpx

from trailmark.tests.unit.api.sahara import progressing

_SHELL = 'type: shell, version: 2.0.0, role: "*", parameters: {cmd: "true"}'
_STEPS = {'creating': ('Format disks', 'install'), 'deleting': ('Sweep',)}


class PluginsTest(progressing.ProgressTestCase):
    """A deployment whose plugin brings tasks and perhaps steps."""

    def setUp(self) -> None:
        super().setUp()
        self.name = f'{self.name}-plugged'
        self.plugin = f'disks-{self.name}'

    def plugged(self, **more: Any) -> None:
        """Deploy with what the plugin's package declares."""
        self.api = self.asking(declared_steps={self.plugin: _STEPS})
        folder = f'plugins/{self.plugin}'
        files = {
            'nodes.yaml': '[{name: n1, roles: [web]}]',
            'release/default.yaml': f'[{{id: prepare, {_SHELL}}}]',
            f'{folder}/default.yaml': f'[{{id: install, {_SHELL}}}]',
            f'{folder}/deleting.yaml': f'[{{id: wipe, {_SHELL}}}]',
        }
        answer = self.api.post(
            '/api/v1/deployments',
            json={**self.deployment(), 'files': files, **more},
        )
        self.assertEqual(201, answer.status_code, answer.text)
        self.number = answer.json()['cluster']['id']

    def get(self, path: str = '', **parameters: Any) -> httpx.Response:
        url = f'/v1.1/acme/clusters/{self.number}{path}'
        return self.api.get(url, params=parameters)

    def report(self, **said: Any) -> httpx.Response:
        """Post what the plugin says, of the cluster by its name."""
        body = {'plugin': self.plugin, 'completed': 0, 'total': 2, **said}
        return self.api.post(f'/v2/clusters/{self.name}/progress', json=body)

    def named(self) -> dict[str, tuple[Any, Any, Any]]:
        """Counts of steps by their name."""
        return {
            step['step_name']: (
                *(step['completed'], step['total'], step['successful']),
            )
            for step in self.steps()
        }

    def test_a_plugin_shows_the_steps_that_it_declares(self) -> None:
        """Sahara: behaviour 25; as in the sample of seed 001."""
        self.plugged()
        url = f'/v1.1/acme/plugins/{self.plugin}'

        self.assertEqual(
            {
                'creating': ['Format disks', 'install'],
                'scaling': [],
                'deleting': ['Sweep'],
            },
            self.api.get(url).json()['plugin']['provisioning_steps'],
        )

    def test_without_a_package_its_steps_are_its_graphs_tasks(self) -> None:
        self.plugged()
        url = f'/v2/plugins/{self.plugin}'

        self.assertEqual(
            {'creating': ['install'], 'scaling': [], 'deleting': ['wipe']},
            self.asking().get(url).json()['plugin']['provisioning_steps'],
        )

    def test_plugins_are_listed_by_their_names(self) -> None:
        self.plugged()
        found = self.api.get('/v1.1/acme/plugins').json()['plugins']

        self.assertIn(self.plugin, [each['name'] for each in found])

    def test_declared_steps_are_there_before_anything_begins(self) -> None:
        """Sahara: behaviour 25; a task's own name is not told twice."""
        self.plugged()

        self.assertEqual(
            {
                'prepare': (0, 1, None),
                'install': (0, 1, None),
                'Format disks': (0, 1, None),
            },
            self.named(),
        )

    def test_runs_that_change_nothing_have_no_steps(self) -> None:
        for said in ({'dry_run': True}, {'noop': True}):
            with self.subTest(said):
                self.name = f'{self.name}-{next(iter(said))}'
                self.plugged(**said)
                self.assertEqual({}, self.named())

    def test_steps_are_in_the_order_in_which_they_are_done(self) -> None:
        last = f'{{id: a, requires: [b], {_SHELL}}}, {{id: b, {_SHELL}}}'
        files = {
            'nodes.yaml': '[{name: n1, roles: [web]}]',
            'release/default.yaml': f'[{last}]',
        }
        body = {**self.deployment(), 'files': files}
        made = self.api.post('/api/v1/deployments', json=body).json()
        self.number = made['cluster']['id']

        self.assertEqual(['b', 'a'], list(self.named()))

    def test_a_plugin_reports_how_far_its_step_is(self) -> None:
        self.plugged()
        began = self.report(step='Format disks', completed=1)

        self.assertEqual(200, began.status_code, began.text)
        self.assertEqual((1, 2, None), self.named()['Format disks'])
        self.report(step='Format disks', completed=2)
        self.assertEqual((2, 2, True), self.named()['Format disks'])

    def test_a_step_that_was_not_declared_is_added(self) -> None:
        self.plugged()
        self.report(step='Balance blocks')

        self.assertEqual((0, 2, None), self.named()['Balance blocks'])

    def test_a_failure_that_a_plugin_reports_is_an_event(self) -> None:
        self.plugged()
        with self.assertLogs('trailmark.api.sahara.progress') as logged:
            self.report(step='Format disks', completed=1, error='no disk')

        [event] = self.events()
        self.assertEqual(
            f'no disk\nError ID: {event["error_id"]}', event['event_info']
        )
        self.assertIn(event['error_id'], logged.output[0])
        self.assertEqual((1, 2, False), self.named()['Format disks'])

    def test_what_makes_no_sense_is_refused(self) -> None:
        self.plugged()
        for said in (
            {'step': 'x', 'completed': 3},
            {'step': 'x', 'completed': -1},
            {'step': ''},
            {'step': 'x', 'step_type': 'growing'},
            {'completed': 1},
        ):
            self.assert_error(self.report(**said), 400, 'INVALID_INPUT')

    def test_a_cluster_without_such_a_run_has_no_such_step(self) -> None:
        self.plugged()
        refused = self.report(step='x', step_type='scaling')

        self.assert_error(refused, 404, 'NOT_FOUND')
