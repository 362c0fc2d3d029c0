"""Sahara's own clients, unchanged, with the API of `trailmark serve`."""

import json
from typing import Any

import httpx

from trailmark.tests import clients
from trailmark.tests.functional import base, openstack, processes, serving

_SHOW = ('dataprocessing', 'cluster', 'show', 'web')
_READ = """
def ask(sahara):
    def refused(function, *arguments):
        try:
            function(*arguments)
        except base.APIException as error:
            return [error.error_code, error.error_name, error.error_message]
    cluster = sahara.clusters.find_unique(name='web')
    plain = sahara.clusters.get(cluster.id).to_dict()
    full = sahara.clusters.get(cluster.id, show_progress=True).to_dict()
    return {
        'plain': plain,
        'full': full,
        'unknown': refused(sahara.clusters.get, '99'),
        'delete': refused(sahara.clusters.delete, cluster.id),
        'plugins': [each.to_dict() for each in sahara.plugins.list()],
        'plugin': sahara.plugins.get('disks').to_dict(),
    }
"""


class SaharaClientsTest(serving.ServingTestCase):
    """The second step of a cluster waits on n2 until it is told how to end."""

    def setUp(self) -> None:
        reason = clients.why_not()
        if reason is not None:
            self.skipTest(reason)
        super().setUp()
        _, self.url = self.serve()
        self.word = self.folder / 'word'
        wait = (
            f'[ "$TRAILMARK_NODE" = n1 ] && exit; while [ ! -e {self.word} ]; '
            f'do sleep 0.1; done; [ "$(cat {self.word})" = good ]'
        )
        folder = base.write(
            self.folder / 'web',
            {
                'nodes.yaml': base.nodes('n1', 'n2'),
                'release/default.yaml': [
                    base.shell('launch', 'true'),
                    base.shell('connect', wait, requires=['launch']),
                ],
                'plugins/disks/deletion.yaml': [base.shell('wipe', 'true')],
            },
        )
        self.start(self.at(self.url), 'deploy', str(folder))
        self.until(self.is_held, 'one of two is connected', 60)

    def is_held(self) -> bool:
        """Whether n1 is done and n2 is not."""
        answer = httpx.get(f'{self.url}/v1.1/acme/clusters/1')
        if answer.is_error:
            return False
        steps = answer.json()['cluster']['provisioning_progress']
        return bool(steps) and steps[-1]['completed'] == 1

    def say(self, word: str) -> None:
        """How n2 ends; then the run has ended."""
        (self.folder / 'new').write_text(word)
        (self.folder / 'new').rename(self.word)
        self.ended(self.url, 1)

    def session(self, version: str = '1.1') -> openstack.Session:
        """One at the endpoint of a version."""
        roots = {'1.1': '/v1.1/acme', '2': '/v2'}
        return openstack.at(self.url + roots[version])

    def command(
        self,
        *words: str,
        version: str = '1.1',
        session: openstack.Session | None = None,
    ) -> processes.Result:
        """What `openstack` does at the endpoint of a version."""
        done = openstack.run(
            session or self.session(version),
            '2.1',
            *words,
            OS_DATA_PROCESSING_API_VERSION=version,
        )
        self.assertEqual(0, done.code, done.err)
        return done

    def shown(
        self, version: str = '1.1', session: openstack.Session | None = None
    ) -> dict[str, Any]:
        """What `cluster show --show-progress` prints."""
        words = (*_SHOW, '--show-progress', '-f', 'json')
        done = self.command(*words, version=version, session=session)
        found: dict[str, Any] = json.loads(done.out)
        return found

    def test_progress_is_shown_from_the_beginning_to_a_good_end(self) -> None:
        """Sahara: behaviour 28."""
        before = self.shown()
        self.say('good')
        after = self.shown()

        self.assertEqual('Waiting', before['Status'])
        self.assertEqual(
            ['creating: launch', 'creating: connect'], list(before)[-2:]
        )
        self.assertEqual(
            ['Step completed successfully', 'Step in progress'],
            list(before.values())[-2:],
        )
        self.assertEqual('Active', after['Status'])
        self.assertEqual(
            ['Step completed successfully'] * 2, list(after.values())[-2:]
        )

    def test_both_versions_and_ways_to_name_an_endpoint_work(self) -> None:
        """Sahara: behaviour 28."""
        self.say('bad')
        for version in ('1.1', '2'):
            plain = self.session(version)
            token = openstack.Session(
                'admin_token', {**plain.options, 'token': 'any'}
            )
            for session in (plain, token):
                with self.subTest(version=version, plugin=session.plugin):
                    shown = self.shown(version, session)
                    self.assertEqual(
                        'Step has failed events', shown['creating: connect']
                    )
                    self.assertEqual('Error', shown['Status'])

    def test_clusters_are_listed_and_plugins_are_shown(self) -> None:
        """Today's `plugin list` fails of its own: osc-lib refuses how it
        formats versions."""
        listed = self.command(
            *('dataprocessing', 'cluster', 'list', '-f', 'value', '-c', 'Name')
        )
        plugin = self.command(
            *('dataprocessing', 'plugin', 'show', 'disks', '-f', 'json')
        )

        self.assertEqual('web', listed.out.strip())
        self.assertEqual('disks', json.loads(plugin.out)['Name'])

    def test_the_client_reads_what_the_api_writes(self) -> None:
        self.say('bad')
        read = openstack.saharaclient(self.session(), '1.1', _READ)

        launch, connect = read['full']['provision_progress']
        self.assertNotIn('events', read['plain']['provision_progress'][0])
        self.assertEqual([], launch['events'])
        good, bad = connect['events']
        self.assertEqual(
            ['n1', 'n2'], [each['instance_name'] for each in (good, bad)]
        )
        self.assertEqual(
            [True, False], [each['successful'] for each in (good, bad)]
        )
        logged = self.until_logged(bad['error_id'])
        self.assertIn('connect@n2', logged)
        self.assertEqual([404, 'NOT_FOUND'], read['unknown'][:2])
        self.assertEqual([405, 'METHOD_NOT_ALLOWED'], read['delete'][:2])
        self.assertEqual(
            {'creating': [], 'scaling': [], 'deleting': ['wipe']},
            read['plugin']['provisioning_steps'],
        )

    def until_logged(self, number: str) -> str:
        """The line of the log that has an id, once it is there."""
        log = self.beside.state / 'log' / 'trailmark.log'
        found: list[str] = []

        def is_there() -> bool:
            lines = log.read_text().splitlines()
            found[:] = [line for line in lines if number in line]
            return bool(found)

        self.until(is_there, f'{number} is in the log')
        return found[0]
