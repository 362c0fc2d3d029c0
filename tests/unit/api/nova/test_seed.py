"""What seed 003 asks of tasks; it has no samples, but sentences.

Where two of them can't hold together, the test says which one does.
"""

from trailmark.tests.unit.api.nova import instances

E, R = instances.E, instances.R


class SeedTest(instances.InstancesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.deployed()

    def test_an_action_creates_a_task_and_answers_a_link_to_it(self) -> None:
        """The POST creates a task resource and returns a link to it."""
        answer = self.post('/action', {'reboot': {'type': 'HARD'}})

        place = answer.headers['Location']
        task = self.ask('GET', place).json()['task']
        self.assertEqual(202, answer.status_code)
        self.assertEqual(place, task['_links']['self']['href'])
        self.assertEqual('RUNNING', task['state'])

    def test_the_last_failed_task_is_the_fault(self) -> None:
        """Faults expose the last failed task; tasks tell every one."""
        for said in ('first', 'last'):
            self.begin()
            self.failed(said=said)

        server = self.server()

        self.assertEqual('last', server['fault']['message'])
        failed = [
            each['error']['message'] for each in self.tasks('?state=ABORTED')
        ]
        self.assertEqual(['last', 'first'], failed)

    def test_a_failure_is_told_where_the_instance_is_not_in_error(
        self,
    ) -> None:
        """What failed before it affected the instance is no fault of it.

        The seed has faults for what did, which the test before this has.
        """
        self.begin()
        self.attempt('r', 'n1', E.DEP_FAILED)
        self.end(R.ERROR)

        server, [task, *_before] = self.server(), self.tasks()

        self.assertEqual('ACTIVE', server['status'])
        self.assertNotIn('fault', server)
        self.assertEqual('ABORTED', task['state'])

    def test_one_of_several_tasks_is_the_action(self) -> None:
        """There is one action per operation: the newest task of a request.

        The seed calls an action both a task and one of several.
        """
        for _ in range(2):
            self.begin(headers={'X-Openstack-Request-Id': 'req-of-several'})
            self.attempt('r', 'n1', E.READY)
            self.end(R.READY)

        actions, tasks = self.actions(), self.tasks()

        requests = [each['request_id'] for each in actions]
        self.assertEqual(1, requests.count('req-of-several'))
        of_one = [t for t in tasks if t['request_id'] == 'req-of-several']
        self.assertEqual(2, len(of_one))

    def test_actions_are_for_users_and_their_stacks_for_admins(self) -> None:
        """The seed keeps events from users, and wants failures shown to them.

        As in Nova, from 2.51 on they are told what failed, without stacks.
        """
        self.begin()
        self.failed()
        newest = self.actions()[0]['request_id']

        ours = self.action(newest, user='maria')['events'][0]
        admins = self.action(newest, user='ada')['events'][0]

        self.assertEqual('Error', ours['result'])
        self.assertNotIn('traceback', ours)
        self.assertIn(instances.FOREIGN, admins['traceback'])
