"""Instance actions: one for each request, in pages, by version."""

from trailmark.common import clock
from trailmark.tests.unit.api.nova import instances

E, R = instances.E, instances.R
_OF_2_1 = {
    *('action', 'instance_uuid', 'request_id', 'user_id', 'project_id'),
    *('start_time', 'message'),
}
_OF_2_58 = _OF_2_1 | {'updated_at', 'finish_time'}
_ASKED = {'headers': {'X-Openstack-Request-Id': 'req-asked-by-another'}}


class ActionsTest(instances.InstancesTestCase):
    def test_an_action_is_a_run_of_the_node(self) -> None:
        run = self.deployed()

        [action] = self.actions()

        told = self.client.get(f'runs/{run}').json()['run']
        self.assertEqual(
            {
                'action': 'default',
                'instance_uuid': self.nodes['n1'],
                'request_id': told['asked_by']['request_id'],
                'user_id': told['asked_by']['user'],
                'project_id': None,
                'start_time': told['time_start'],
                'finish_time': told['time_end'],
                'updated_at': told['time_end'],
                'message': None,
            },
            action,
        )

    def test_keys_are_those_of_the_version(self) -> None:
        self.deployed()

        for version, keys in (
            ('2.1', _OF_2_1),
            ('2.57', _OF_2_1),
            ('2.58', _OF_2_58),
            ('2.84', _OF_2_58),
        ):
            with self.subTest(version):
                [action] = self.actions(version=version)

                self.assertEqual(keys, action.keys())

    def test_they_stand_newest_first_and_all_have_finished(self) -> None:
        """Nova: behaviour 17."""
        self.deployed()
        for _ in range(3):
            self.begin()
            self.attempt('r', 'n1', E.READY)
            self.end(R.READY)

        found = self.actions()

        self.assertEqual(
            ['reboot'] * 3 + ['default'], [each['action'] for each in found]
        )
        self.assertNotIn(None, [each['finish_time'] for each in found])
        begun = [each['start_time'] for each in found]
        self.assertEqual(sorted(begun, reverse=True), begun)

    def test_a_node_that_a_run_was_not_meant_for_has_no_action(self) -> None:
        self.deployed()
        task = self.begin()

        other = self.ask(
            'GET', f'servers/{self.nodes["n2"]}/os-instance-actions'
        ).json()['instanceActions']

        self.assertNotIn(
            task['request_id'], [each['request_id'] for each in other]
        )
        self.assertEqual(1, len(other))

    def test_plans_of_runs_are_no_actions(self) -> None:
        self.deployed()
        self.client.post('runs', json={'cluster': self.name, 'dry_run': True})

        self.assertEqual(1, len(self.actions()))

    def test_of_several_runs_of_one_request_the_newest_stands_for_it(
        self,
    ) -> None:
        """Nova: behaviours 14 and 15.

        Seed 003 wants one action for each request, and one for each task of
        it: actions tell the first, tasks the second.
        """
        self.deployed()
        self.begin('reboot', **_ASKED)
        self.failed()
        self.begin('default', **_ASKED)
        self.end(R.ERROR)
        self.begin('reboot', **_ASKED)

        found = [
            (each['action'], each['message'])
            for each in self.actions()
            if each['request_id'] == 'req-asked-by-another'
        ]

        self.assertEqual([('reboot', None)], found)
        shown = self.action('req-asked-by-another')
        self.assertEqual(('reboot', []), (shown['action'], shown['events']))
        self.assertEqual(3, len(self.tasks()) - 1)

    def test_a_run_that_ended_badly_is_an_error(self) -> None:
        self.deployed()
        for state in (R.ERROR, R.CANCELLED):
            with self.subTest(state):
                self.begin()
                self.end(state, E.CANCELLED)

                self.assertEqual('Error', self.actions()[0]['message'])

    def test_an_attempt_that_failed_is_no_error_once_another_did_not(
        self,
    ) -> None:
        """Nova: behaviour 16."""
        self.deployed()
        task = self.begin()
        self.attempt('r', 'n1', E.PENDING, 1, ('Failed', 'first'))
        self.attempt('r', 'n1', E.READY, 2)
        self.end(R.READY)

        action = self.action(task['request_id'])

        self.assertIsNone(action['message'])
        self.assertIsNotNone(action['finish_time'])
        self.assertEqual(
            [('r', 'Success'), ('r', 'Error')],
            [(each['event'], each['result']) for each in action['events']],
        )

    def test_what_is_unknown_is_not_found(self) -> None:
        self.deployed()

        answer = self.get('/os-instance-actions/req-unknown')

        self.refused(answer, 404, 'itemNotFound')

    def test_actions_are_read_only(self) -> None:
        self.deployed()

        answer = self.post('/os-instance-actions')

        self.refused(answer, 405, 'badMethod')

    def test_those_of_a_server_that_is_gone_need_2_21(self) -> None:
        """Nova: behaviour 22."""
        self.deployed()
        [action] = self.actions()
        self.client.delete(f'nodes/{self.nodes["n1"]}')

        for path in ('', f'/{action["request_id"]}'):
            with self.subTest(path):
                url = f'/os-instance-actions{path}'

                self.refused(self.get(url, '2.20'), 404, 'itemNotFound')
                self.assertEqual(200, self.get(url, '2.21').status_code)


class PagesTest(instances.InstancesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.deployed()
        for _ in range(2):
            self.begin()
            self.attempt('r', 'n1', E.READY)
            self.end(R.READY)

    def test_pages_follow_their_links(self) -> None:
        path = f'servers/{self.nodes["n1"]}/os-instance-actions?limit=2'
        first = self.ask('GET', path).json()

        [link] = first['links']
        second = self.ask('GET', link['href']).json()

        seen = [*first['instanceActions'], *second['instanceActions']]
        self.assertEqual(self.actions(), seen)
        self.assertNotIn('links', second)

    def test_a_page_of_none_is_empty(self) -> None:
        """Nova: behaviour 19."""
        self.assertEqual([], self.actions('?limit=0'))

    def test_bad_limits_and_markers_are_refused(self) -> None:
        """Nova: behaviours 19 and 20."""
        for query in (
            *('limit=-1', 'limit=x', 'limit=1&limit=2', 'marker=req-none'),
            *('marker=a&marker=b', 'changes-since=soon', 'sort=asc'),
        ):
            with self.subTest(query):
                answer = self.get(f'/os-instance-actions?{query}')

                self.refused(answer, 400, 'badRequest')

    def test_parameters_come_with_their_versions(self) -> None:
        """Nova: behaviour 18, and its tests of old versions."""
        now = clock.iso(clock.now())
        for version, query, status in (
            ('2.57', 'limit=1', 200),
            ('2.58', f'changes-since={now}', 200),
            ('2.65', f'changes-before={now}', 400),
            ('2.66', f'changes-before={now}', 200),
        ):
            with self.subTest(f'{version} {query}'):
                answer = self.get(f'/os-instance-actions?{query}', version)

                self.assertEqual(status, answer.status_code, answer.text)
        self.assertEqual(3, len(self.actions('?limit=1', version='2.57')))

    def test_changes_are_inclusive_on_both_sides(self) -> None:
        """Nova: behaviour 18."""
        newest, middle, oldest = (a['updated_at'] for a in self.actions())

        for query, moments in (
            (f'changes-since={middle}', [newest, middle]),
            (f'changes-before={middle}', [middle, oldest]),
            (f'changes-since={middle}&changes-before={middle}', [middle]),
            (f'changes-since={middle}Z&limit=1', [newest]),
        ):
            with self.subTest(query):
                found = [a['updated_at'] for a in self.actions(f'?{query}')]

                self.assertEqual(moments, found)

    def test_a_time_that_ends_before_it_begins_is_refused(self) -> None:
        """Nova: behaviour 18."""
        query = 'changes-since=2030-01-02&changes-before=2030-01-01'

        answer = self.get(f'/os-instance-actions?{query}')

        self.refused(answer, 400, 'badRequest')

    def test_what_goes_on_changes_with_its_events(self) -> None:
        self.begin()
        before = self.actions()[0]['updated_at']

        self.attempt('r', 'n1', None)

        after = self.actions()[0]['updated_at']
        self.assertLess(before, after)
        found = self.actions(f'?changes-since={after}')
        self.assertEqual([after], [each['updated_at'] for each in found])
