"""Events of actions: who sees what of them, in which version."""

import hashlib

from trailmark.api.nova import action_events
from trailmark.common import clock
from trailmark.db import agents, service_records, tables
from trailmark.tests.unit.api.nova import instances

E, R = instances.E, instances.R
_OF_ALL = {'event', 'start_time', 'finish_time', 'result'}


class EventsTest(instances.InstancesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.deployed()
        self.request_id = self.begin()['request_id']

    def _served(self) -> None:
        agent = service_records.Agent(
            node='n1',
            name=self.name,
            host='machine-1',
            pid=1,
            version='1',
            journal=self.name,
            started_at=clock.now(),
            # Else other tests may not have a node of that name.
            closing=True,
        )
        agents.beat(self.db, [agent])

    def test_each_is_told_what_a_role_may_see_by_version(self) -> None:
        """Nova: behaviour 21."""
        self._served()
        self.failed()

        for user, version, keys in (
            ('ada', '2.1', _OF_ALL | {'traceback'}),
            ('ada', '2.62', _OF_ALL | {'traceback', 'hostId', 'host'}),
            (
                *('ada', '2.84'),
                _OF_ALL | {'traceback', 'hostId', 'host', 'details'},
            ),
            ('maria', '2.51', _OF_ALL),
            ('maria', '2.62', _OF_ALL | {'hostId'}),
            ('rita', '2.84', _OF_ALL | {'hostId'}),
        ):
            with self.subTest(f'{user} {version}'):
                action = self.action(
                    self.request_id, user=user, version=version
                )

                [event] = action['events']
                self.assertEqual(keys, event.keys())

    def test_before_2_51_only_admins_see_events(self) -> None:
        """Nova: behaviour 21."""
        self.failed()

        action = self.action(self.request_id, user='maria', version='2.50')

        self.assertNotIn('events', action)

    def test_an_admin_sees_why_and_where_it_failed(self) -> None:
        """Here are no projects."""
        self._served()
        self.failed()

        [event] = self.action(self.request_id, user='ada')['events']

        self.assertEqual(
            {
                'event': 'r',
                'result': 'Error',
                'details': instances.FOREIGN,
                'traceback': f'Failed: {instances.FOREIGN}',
                'host': 'machine-1',
                'hostId': hashlib.sha224(b'machine-1').hexdigest(),
            },
            {k: v for k, v in event.items() if not k.endswith('_time')},
        )

    def test_the_project_of_a_host_is_else_the_servers(self) -> None:
        """Nova: behaviour 23."""
        self._served()
        self.failed()
        c = tables.clusters
        with self.db.writer() as connection:
            connection.execute(
                c.update().where(c.c.name == self.name).values(project_id='p')
            )

        action = self.action(self.request_id, user='maria')

        self.assertIsNone(action['project_id'])
        [event] = action['events']
        expected = hashlib.sha224(b'pmachine-1').hexdigest()
        self.assertEqual(expected, event['hostId'])

    def test_hosts_differ_from_project_to_project(self) -> None:
        """Nova: behaviour 23."""
        ids = {action_events.host_id(each, 'h') for each in ('p', 'q', None)}

        self.assertEqual(3, len(ids))
        self.assertEqual('', action_events.host_id('p', None))

    def test_what_runs_has_no_result_yet(self) -> None:
        self.attempt('r', 'n1', None)

        [event] = self.action(self.request_id)['events']

        self.assertEqual((None, None), (event['finish_time'], event['result']))

    def test_events_of_other_nodes_are_left_out(self) -> None:
        self.failed()
        [_reboot, deployed] = self.actions()

        events = self.action(deployed['request_id'])['events']

        self.assertEqual(['b', 'a'], [each['event'] for each in events])
        self.assertEqual({'Success'}, {each['result'] for each in events})

    def test_an_attempt_that_a_cancel_ended_is_an_error(self) -> None:
        self.attempt('r', 'n1', E.CANCELLED, 1, ('Cancelled', 'cancelled'))
        self.end(R.CANCELLED, E.CANCELLED)

        [event] = self.action(self.request_id)['events']

        self.assertEqual('Error', event['result'])
        self.assertEqual('Cancelled: cancelled', event['traceback'])
