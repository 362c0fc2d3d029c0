"""Clients of Nova and Sahara, unchanged, whose users Keystone knows."""

from typing import Any

from trailmark.tests import clients, forms
from trailmark.tests.functional import (
    base,
    identified,
    openstack,
    processes,
)

_SAHARA_VERSIONS = ('1.1', '2')
_VERSIONS = ('2.1', '2.21', '2.51', '2.58', '2.62', '2.66', '2.84')
_ACTIONS = """
def ask(nova):
    return {version: read(of(version)) for version in sys.argv[2:]}

def read(nova):
    try:
        server = nova.servers.find(name='n1')
    except exceptions.NotFound as error:
        return error.code
    newest, *others = nova.instance_action.list(server)
    shown = nova.instance_action.get(server, newest.request_id).to_dict()
    return [newest.to_dict(), len(others), shown.get('events')]
"""
_CLUSTERS = """
def ask(sahara):
    def told(of):
        try:
            return of()
        except base.APIException as error:
            return [error.error_code, error.error_name]
    listed = told(sahara.clusters.list)
    shown = told(lambda: sahara.clusters.get('1', show_progress=True))
    deleted = told(lambda: sahara.clusters.delete('1'))
    plain = lambda each: getattr(each, 'to_dict', lambda: each)()
    return [[each.name for each in listed], plain(shown), plain(deleted)]
"""
#: Of a token's project no more than this is seen by others.
_NOTHING = {version: 404 for version in _VERSIONS}


class KeystoneClientsTestCase(identified.IdentifiedTestCase):
    """Ann's n1 was deployed, and the reboot that she asked for failed."""

    def setUp(self) -> None:
        reason = clients.why_not()
        if reason is not None:
            self.skipTest(reason)
        super().setUp()
        self.deploy()
        done = self.openstack('ann', '2.84', 'server', 'reboot', 'n1')
        self.assertEqual(0, done.code, done.err)
        self.until(self.is_over, 'it has failed', 60)

    def deploy(self) -> None:
        """A cluster of two nodes, whose agents are there."""
        for name in ('n1', 'n2'):
            self.cluster.add_agent(name)
        root = self.trailmark_of('root')
        words = ('service', 'list', '-f', 'value', '-c', 'state')
        self.until(
            lambda: root.run(*words).out.count('unassigned') == 2,
            'both agents are there',
            60,
        )
        files = {
            'nodes.yaml': base.nodes('n1', 'n2'),
            'release/default.yaml': [base.shell('install', 'true')],
            'release/reboot.yaml': [
                base.shell('restart', 'echo no >&2; exit 3')
            ],
        }
        folder = str(base.write(self.folder / 'web', files))
        done = self.trailmark_of('ann').run('deploy', folder)
        told = root.run('service', 'list').out
        self.assertEqual(0, done.code, f'{done.err}\n{told}')

    def is_over(self) -> bool:
        """Whether the reboot has ended."""
        return self.cluster.is_over(2)

    def openstack(
        self, user: str, version: str, *words: str, **more: str
    ) -> processes.Result:
        """What `openstack` does for a user."""
        return openstack.run(self.session(user), version, *words, **more)

    def read(self, user: str, version: str, *words: str, **more: str) -> Any:
        """What it prints for a user."""
        return openstack.read(self.session(user), version, *words, **more)

    def check_servers(self, user: str, version: str, details: str) -> None:
        """A user sees n1, its actions, and of their failure `details`."""
        listed = self.read(user, version, 'server', 'list')
        shown = self.read(user, version, 'server', 'show', 'n1')
        events = self.read(user, version, 'server', 'event', 'list', 'n1')
        event = self.read(
            *(user, version, 'server', 'event', 'show', 'n1'),
            events[0]['Request ID'],
        )

        self.assertEqual(
            {('n1', 'ERROR'), ('n2', 'ACTIVE')},
            {(each['Name'], each['Status']) for each in listed},
        )
        self.assertEqual(('1', 'a'), (shown['id'], shown['project_id']))
        self.assertEqual(details, shown['fault']['message'])
        self.assertEqual(
            ['reboot', 'default'], [each['Action'] for each in events]
        )
        self.assertEqual(
            ('ann', 'a', 'Error'),
            (event['user_id'], event['project_id'], event['message']),
        )

    def check_progress(self, user: str, version: str) -> None:
        """A user sees the cluster and which step of it failed."""
        more = {'OS_DATA_PROCESSING_API_VERSION': version}
        for endpoint in self.endpoint(version):
            more['OS_DATA_PROCESSING_URL'] = endpoint
        words = ('dataprocessing', 'cluster')
        [listed] = self.read(user, '2.1', *words, 'list', **more)
        shown = self.read(
            *(user, '2.1', *words, 'show', 'web', '--show-progress'), **more
        )

        self.assertEqual(('web', 'Error'), (listed['Name'], listed['Status']))
        self.assertEqual('Step has failed events', shown['creating: restart'])

    def novaclient(self, user: str, *versions: str) -> Any:
        """What python-novaclient reads for a user, by version."""
        session = self.session(user)
        return openstack.novaclient(session, '2.1', _ACTIONS, *versions)

    def saharaclient(self, user: str, version: str) -> Any:
        """What python-saharaclient reads for a user."""
        told = (self.session(user), version, _CLUSTERS)
        return openstack.saharaclient(*told, *self.endpoint(version))

    def endpoint(self, version: str) -> tuple[str, ...]:
        """Where a version of Sahara's is, unless the catalog says so."""
        return () if version == '1.1' else (f'{self.url}/v2',)

    def check_nothing(self, user: str) -> None:
        """A user sees nothing of it, by name or by number."""
        for words in (
            ('server', 'list'),
            ('dataprocessing', 'cluster', 'list'),
        ):
            self.assertEqual([], self.read(user, '2.84', *words))
        for command, said in (
            ('server show 1', 'No Server found for 1'),
            ('server event list 1', 'No Server found for 1'),
            ('server reboot 1', 'No Server found for 1'),
            ('dataprocessing cluster show web', 'No matches found'),
        ):
            with self.subTest(command, user=user):
                done = self.openstack(user, '2.84', *command.split())
                self.assertEqual(1, done.code, done.out)
                self.assertIn(said, done.err)


class SessionTest(KeystoneClientsTestCase):
    def test_each_user_sees_and_does_what_the_token_allows(self) -> None:
        """The short form. Nova: behaviours 3, 12 and 21."""
        self.check_servers('rita', '2.84', 'Failed')
        self.check_progress('rita', '1.1')
        refused = self.openstack('rita', '2.84', 'server', 'reboot', 'n1')
        [rows] = self.novaclient('root', '2.84').values()

        self.assertEqual(1, refused.code)
        self.assertIn('server_tasks:act', refused.err)
        newest, _others, [event] = rows
        self.assertIn('exit code 3: no', event['traceback'])
        self.assertEqual('a', newest['project_id'])
        self.assertEqual(_NOTHING, self.novaclient('bob', *_VERSIONS))
        self.assertEqual(
            [[], [404, 'NOT_FOUND']], self.saharaclient('bob', '1.1')[:2]
        )


class EveryUserTest(KeystoneClientsTestCase):
    """The whole, user by user."""

    def test_openstack_shows_each_user_as_much_as_the_role_allows(
        self,
    ) -> None:
        """Nova: behaviours 12, 13 and 21."""
        for user, details in (
            ('ann', 'Failed'),
            ('rita', 'Failed'),
            ('root', 'exit code 3: no'),
        ):
            # Of no version before 2.51 are others than admins told events,
            # and `server event show` fails without them.
            for version in ('2.1', '2.84') if user == 'root' else ('2.51',):
                with self.subTest(user=user, version=version):
                    self.check_servers(user, version, details)

    def test_openstack_shows_progress_in_both_versions(self) -> None:
        """Sahara: behaviour 28."""
        for user in ('ann', 'rita', 'root'):
            for version in _SAHARA_VERSIONS:
                with self.subTest(user=user, version=version):
                    self.check_progress(user, version)

    def test_a_user_of_another_project_sees_nothing_and_does_nothing(
        self,
    ) -> None:
        """Nova: behaviour 3."""
        self.check_nothing('bob')

        self.assertEqual(_NOTHING, self.novaclient('bob', *_VERSIONS))
        for version in _SAHARA_VERSIONS:
            listed, shown, _deleted = self.saharaclient('bob', version)
            self.assertEqual([[], [404, 'NOT_FOUND']], [listed, shown])
        self.assertEqual(2, len(self.read('ann', '2.1', 'server', 'list')))

    def test_novaclient_tells_events_by_role_and_version(self) -> None:
        """Nova: behaviour 21."""
        for user, full in (('ann', False), ('rita', False), ('root', True)):
            told = self.novaclient(user, *_VERSIONS)
            for version, (newest, others, events) in told.items():
                with self.subTest(user=user, version=version):
                    self.assertEqual(
                        ('reboot', 1, 'a'),
                        (newest['action'], others, newest['project_id']),
                    )
                    self.check_events(version, full, events)

    def check_events(self, version: str, full: bool, events: Any) -> None:
        """Events of an action are told as the version has them."""
        after = _VERSIONS.index(version)
        if not full and after < _VERSIONS.index('2.51'):
            self.assertIsNone(events)
            return
        [event] = events
        known = {
            'hostId': after >= _VERSIONS.index('2.62'),
            'traceback': full,
            'host': full and after >= _VERSIONS.index('2.62'),
            'details': full and version == '2.84',
        }
        self.assertEqual(known, {key: key in event for key in known})

    def test_saharaclient_tells_tracebacks_to_admins_alone(self) -> None:
        """Sahara: behaviour 14."""
        for user, full in (('ann', False), ('rita', False), ('root', True)):
            for version, key in (('1.1', 'tenant_id'), ('2', 'project_id')):
                with self.subTest(user=user, version=version):
                    listed, shown, deleted = self.saharaclient(user, version)
                    [step] = shown['provision_progress']

                    self.assertEqual((['web'], 'a'), (listed, shown[key]))
                    self.assertEqual('a', step[key])
                    self.assertEqual(
                        [full], ['traceback' in e for e in step['events']]
                    )
                    self.assertEqual([405, 'METHOD_NOT_ALLOWED'], deleted)

    def test_a_reader_asks_for_nothing_to_be_done(self) -> None:
        done = self.openstack('rita', '2.84', 'server', 'reboot', 'n2')

        self.assertEqual(1, done.code)
        self.assertIn('server_tasks:act', done.err)
        events = self.read('rita', '2.84', 'server', 'event', 'list', 'n2')
        self.assertEqual(['default'], [each['Action'] for each in events])

    def test_a_wrong_password_lets_nobody_in(self) -> None:
        for words in (
            ('server', 'list'),
            ('dataprocessing', 'cluster', 'list'),
        ):
            with self.subTest(words):
                done = self.openstack(
                    'ann', '2.84', *words, OS_PASSWORD='wrong'
                )
                self.assertEqual(1, done.code)
                self.assertIn('HTTP 401', done.err)


if not forms.WHOLE:
    # One session of each user is the short form.
    del EveryUserTest
