"""Nova's own clients, unchanged, with the API of `trailmark serve`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from trailmark.tests import clients
from trailmark.tests.functional import base, openstack, serving

_VERSIONS = ('2.1', '2.21', '2.51', '2.58', '2.62', '2.66', '2.84')
_ACTIONS = """
def ask(nova):
    return {version: read(of(version)) for version in sys.argv[2:]}

def read(nova):
    server = nova.servers.find(name='n1')
    found = nova.instance_action.list(server)
    [event] = nova.instance_action.get(server, found[0].request_id).events
    return [[each.to_dict() for each in found], event]
"""
_PAGES = """
def ask(nova):
    server = nova.servers.find(name='n1')
    first = nova.instance_action.list(server, limit=1)
    second = nova.instance_action.list(server, marker=first[0].request_id)
    time = first[0].updated_at
    since = nova.instance_action.list(server, changes_since=time)
    before = nova.instance_action.list(
        server, changes_since=time, changes_before=time)
    return [[each.action for each in page]
            for page in (first, second, since, before)]
"""
_ERRORS = """
def ask(nova):
    server = nova.servers.find(name='n1')
    def refused(function, *arguments, **more):
        try:
            function(*arguments, **more)
        except exceptions.ClientException as error:
            return [type(error).__name__, error.code, error.message]
    return [
        refused(nova.servers.get, '99'),
        refused(nova.instance_action.get, server, 'req-none'),
        refused(nova.instance_action.list, server, marker='req-none'),
        refused(nova.servers.stop, server),
    ]
"""


class ClientsTestCase(serving.ServingTestCase):
    """n1 was deployed, and its reboot has failed."""

    #: Of the API that is served.
    options: Mapping[str, object] = {}
    #: Who asks in the name of the test.
    user: tuple[str, str] | None = None

    def setUp(self) -> None:
        reason = clients.why_not()
        if reason is not None:
            self.skipTest(reason)
        super().setUp()
        _, self.url = self.serve(options=self.options)
        self.session = openstack.at(f'{self.url}/v2.1')
        files = {
            'nodes.yaml': base.nodes('n1', 'n2'),
            'release/default.yaml': [base.shell('install', 'true')],
            'release/reboot.yaml': [
                base.shell('restart', 'echo no >&2; exit 3')
            ],
        }
        folder = base.write(self.folder / 'web', files)
        done = self.at(self.url, **self.asking()).run('deploy', str(folder))
        self.assertEqual(0, done.code, done.err)
        task = {'action': 'reboot'}
        tasks = f'{self.url}/v2.1/servers/1/tasks'
        httpx.post(tasks, json=task, auth=self.user)
        self.until(
            lambda: (
                httpx.get(tasks, auth=self.user).json()['tasks'][0]['status']
                == 'error'
            ),
            'it has failed',
        )

    def asking(self) -> dict[str, str]:
        """Variables of Trailmark's own commands."""
        if self.user is None:
            return {}
        name, password = self.user
        return {'TRAILMARK_USER': name, 'TRAILMARK_PASSWORD': password}


class NovaClientsTest(ClientsTestCase):
    """Who may see everything."""

    def read(self, version: str, *words: str) -> Any:
        """What `openstack` prints."""
        return openstack.read(self.session, version, *words)

    def test_openstack_lists_and_shows_events(self) -> None:
        for version in ('2.1', '2.51', '2.84'):
            with self.subTest(version):
                listed = self.read(version, 'server', 'event', 'list', 'n1')
                names = [each['Action'] for each in listed]
                request = listed[0]['Request ID']
                shown = self.read(
                    version, 'server', 'event', 'show', 'n1', request
                )

                self.assertEqual(['reboot', 'default'], names)
                self.assertEqual({'1'}, {each['Server ID'] for each in listed})
                self.assertEqual('Error', shown['message'])
                [event] = shown['events']
                self.assertEqual(
                    ('restart', 'Error'), (event['event'], event['result'])
                )
                self.assertIn('exit code 3: no', event['traceback'])
                details = 'exit code 3: no' if version == '2.84' else None
                self.assertEqual(details, event['details'])

    def test_openstack_chooses_events_by_time_and_in_pages(self) -> None:
        words = ('server', 'event', 'list', 'n1')
        for more, actions in (
            (('--limit', '1'), ['reboot']),
            (('--changes-before', '2001-01-01T00:00:00Z'), []),
            (
                ('--changes-since', '2001-01-01T00:00:00Z'),
                ['reboot', 'default'],
            ),
        ):
            with self.subTest(more):
                listed = self.read('2.66', *words, *more, '--long')

                self.assertEqual(actions, [each['Action'] for each in listed])

    def test_openstack_lists_servers_and_shows_their_faults(self) -> None:
        for version in ('2.1', '2.84'):
            with self.subTest(version):
                listed = self.read(version, 'server', 'list')
                shown = self.read(version, 'server', 'show', 'n1')

                self.assertEqual(
                    {('1', 'n1', 'ERROR'), ('2', 'n2', 'ACTIVE')},
                    {(e['ID'], e['Name'], e['Status']) for e in listed},
                )
                self.assertEqual(500, shown['fault']['code'])
                self.assertEqual('exit code 3: no', shown['fault']['message'])

    def test_openstack_reboots_a_server_by_the_graph_of_that_name(
        self,
    ) -> None:
        """Nova: behaviour 4."""
        done = openstack.run(self.session, '2.1', 'server', 'reboot', 'n2')

        self.assertEqual(0, done.code, done.err)
        self.assertEqual('error', self.ended(self.url, 3))
        [newest, *_rest] = self.read('2.1', 'server', 'event', 'list', 'n2')
        self.assertEqual('reboot', newest['Action'])

    def test_openstack_says_what_there_is_not(self) -> None:
        for words, said in (
            (('list', 'n9'), 'No Server found for n9'),
            (('show', 'n1', 'req-none'), 'req-none'),
        ):
            with self.subTest(said):
                done = openstack.run(
                    self.session, '2.84', 'server', 'event', *words
                )

                self.assertEqual(1, done.code)
                self.assertIn(said, done.err)

    def test_openstack_reads_the_events_of_a_server_that_is_gone(self) -> None:
        httpx.delete(f'{self.url}/api/v1/nodes/1')

        listed = self.read('2.21', 'server', 'event', 'list', '1')

        names = [each['Action'] for each in listed]
        self.assertEqual(['reboot', 'default'], names)

    def test_novaclient_reads_actions_in_every_version(self) -> None:
        told = openstack.novaclient(self.session, '2.1', _ACTIONS, *_VERSIONS)

        for version, (found, event) in told.items():
            with self.subTest(version):
                self.assertEqual(
                    [('reboot', 'Error'), ('default', None)],
                    [(each['action'], each['message']) for each in found],
                )
                self.assertEqual(
                    version in ('2.58', '2.62', '2.66', '2.84'),
                    'updated_at' in found[0],
                )
                self.assertEqual(
                    version in ('2.62', '2.66', '2.84'), 'hostId' in event
                )

    def test_novaclient_follows_pages_and_times(self) -> None:
        pages = openstack.novaclient(self.session, '2.66', _PAGES)

        self.assertEqual(
            [['reboot'], ['default'], ['reboot'], ['reboot']], pages
        )

    def test_novaclient_knows_the_errors(self) -> None:
        found = openstack.novaclient(self.session, '2.66', _ERRORS)

        self.assertEqual(
            [
                ('NotFound', 404),
                ('NotFound', 404),
                ('BadRequest', 400),
                ('BadRequest', 400),
            ],
            [(name, code) for name, code, _message in found],
        )
        self.assertIn('no graph of type os-stop', found[-1][-1])


class MembersTest(ClientsTestCase):
    """Who has a password, and is no admin."""

    options = {
        'api__auth_strategy': 'http_basic',
        'api__http_basic_auth_user_file': Path(__file__).with_name('htpasswd'),
    }
    user = ('maria', 'm-secret')

    def read(self, *words: str) -> Any:
        """What `openstack` prints for maria, in the newest version."""
        known = {'username': 'maria', 'password': 'm-secret'}
        session = openstack.Session(
            'http_basic', {**self.session.options, **known}
        )
        return openstack.read(session, '2.84', *words)

    def test_openstack_tells_a_member_that_it_failed_but_not_all_of_it(
        self,
    ) -> None:
        """Nova: behaviours 12, 13 and 21."""
        [newest, *_rest] = self.read('server', 'event', 'list', 'n1')
        shown = self.read(
            'server', 'event', 'show', 'n1', newest['Request ID']
        )
        server = self.read('server', 'show', 'n1')

        [event] = shown['events']
        self.assertEqual(
            ('Error', None, None, None),
            (
                *(event['result'], event['traceback']),
                *(event['host'], event['details']),
            ),
        )
        self.assertEqual('maria', shown['user_id'])
        self.assertEqual('Failed', server['fault']['message'])
        self.assertIsNone(server['fault'].get('details'))
