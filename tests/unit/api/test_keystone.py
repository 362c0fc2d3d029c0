"""Users of Keystone: who they are, and whose clusters they see."""

import re
from typing import Any

import httpx

from trailmark.api import guards, policies, routes
from trailmark.tests.unit.api import identified


class TokensTest(identified.KeystoneTestCase):
    """What becomes of a request with this or that token."""

    def _status(self, token: str | None, **headers: str) -> int:
        return self.with_token(token, **headers).get('runs').status_code

    def test_a_token_of_a_project_lets_in(self) -> None:
        self.assertEqual(200, self._status(self.keystone.token('ann', self.a)))

    def test_without_a_token_it_is_told_where_keystone_is(self) -> None:
        answer = self.with_token(None).get('runs')

        self.assertEqual(401, answer.status_code)
        said = answer.headers['WWW-Authenticate']
        self.assertEqual(f'Keystone uri="{self.keystone.url}"', said)

    def test_a_token_that_is_over_or_revoked_or_made_up_is_refused(
        self,
    ) -> None:
        old, gone = (self.keystone.token('ann', self.a) for _ in range(2))
        self.keystone.expire(old)
        self.assertEqual(200, self._status(gone))
        self.keystone.revoke(gone)

        found = [self._status(each) for each in (old, gone, 'made-up')]

        self.assertEqual([401] * 3, found)

    def test_headers_of_the_middleware_are_not_believed(self) -> None:
        forged = {
            'X-Identity-Status': 'Confirmed',
            'X-Roles': 'admin',
            'X-User-Name': 'root',
            'X-Project-Id': self.b,
            'OpenStack-System-Scope': 'all',
        }

        self.assertEqual(401, self._status(None, **forged))
        rob = self.as_('rob', self.b, **forged)
        self.assert_refused(
            rob.post('releases', json={'name': 'r'}), 403, 'forbidden'
        )

    def test_a_token_of_no_project_is_refused(self) -> None:
        answer = self.as_('ann', None).get('runs')

        self.assert_refused(answer, 403, 'project_missing')

    def test_what_is_public_needs_no_token(self) -> None:
        answer = self.with_token(None).get('version')

        self.assertTrue(answer.json()['auth_required'])

    def test_readers_look_and_members_do(self) -> None:
        rob, bob = self.as_('rob', self.b), self.as_('bob', self.b)

        body = self.deployment(dry_run=True)

        self.assert_refused(
            rob.post('deployments', json=body), 403, 'forbidden'
        )
        self.assertEqual(201, bob.post('deployments', json=body).status_code)
        self.assertEqual(200, rob.get('runs').status_code)

    def test_a_role_that_no_rule_knows_may_nothing(self) -> None:
        answer = self.as_('max', self.a).get('runs')

        self.assert_refused(answer, 403, 'forbidden')

    def test_who_asked_stands_in_the_history(self) -> None:
        ann = self.as_('ann', self.a)
        body = self.deployment(dry_run=True)

        number = ann.post('deployments', json=body).json()['run']['id']

        run = ann.get(f'runs/{number}').json()['run']
        self.assertEqual('ann', run['asked_by']['user'])


class ProjectsTest(identified.KeystoneTestCase):
    """A cluster of project a, as those of a, of b and of all see it."""

    def setUp(self) -> None:
        super().setUp()
        self.ann, self.bob = self.as_('ann', self.a), self.as_('bob', self.b)
        body = self.deployment()
        made = self.ann.post('deployments', json=body)
        self.assertEqual(201, made.status_code, made.text)
        self.run_no = made.json()['run']['id']
        self.cluster = made.json()['cluster']['id']

    def _clusters(self, client: httpx.Client) -> list[str]:
        return [each['name'] for each in client.get('clusters').json()]

    def test_a_project_lists_its_own_clusters_alone(self) -> None:
        self.assertEqual([self.name], self._clusters(self.ann))
        self.assertEqual([], self._clusters(self.bob))

    def test_admins_and_readers_of_the_system_see_all(self) -> None:
        for name, scope in (
            ('root', self.b),
            ('root', 'all'),
            ('seer', 'all'),
        ):
            with self.subTest(name, scope=scope):
                client = self.as_(name, scope)

                self.assertIn(self.name, self._clusters(client))
                found = client.get(f'runs/{self.run_no}')
                self.assertEqual(200, found.status_code)

    def test_lists_of_runs_nodes_and_histories_are_those_of_the_project(
        self,
    ) -> None:
        for path, key in (
            ('runs', 'runs'),
            ('tasks_history?nodes=n1,n2', 'tasks_history'),
            ('transitions?nodes=n1', 'transitions'),
        ):
            with self.subTest(path):
                self.assertEqual([], self.bob.get(path).json()[key])
        self.assertEqual([], self.bob.get('nodes').json())
        self.assertEqual(2, len(self.ann.get('nodes').json()))

    def test_releases_are_of_everybody_but_name_no_cluster_of_others(
        self,
    ) -> None:
        url = f'releases/{self.name}'
        found = [each.get(url).json() for each in (self.ann, self.bob)]

        names = [each['clusters'] for each in found]
        self.assertEqual([[self.name], []], names)

    def test_a_release_of_others_clusters_is_not_deleted(self) -> None:
        self.keystone.add('del', **{self.b: ('member', 'reader')})

        answer = self.as_('root', self.b).delete(f'releases/{self.name}')

        self.assert_refused(answer, 409, 'owner_in_use')

    def test_a_changed_release_is_checked_for_clusters_of_others(self) -> None:
        unknown = '- {id: prepare, type: skipped, requires: [prepare]}'
        body = {
            'release': self.name,
            'type': 'default',
            'files': {'a.yaml': unknown},
        }

        answer = self.bob.post('graphs/upload', json=body)

        self.assertEqual(400, answer.status_code, answer.text)
        self.assertNotIn(f'cluster {self.name}', answer.text)

    def test_the_name_of_a_cluster_of_others_is_taken(self) -> None:
        by_deployment = self.bob.post('deployments', json=self.deployment())
        body = {'name': self.name, 'release': self.name}
        by_hand = self.bob.post('clusters', json=body)

        self.assertEqual(409, by_deployment.status_code, by_deployment.text)
        self.assertEqual(409, by_hand.status_code, by_hand.text)


class RoutesTest(ProjectsTest):
    """Every route that names something of project a, asked by b."""

    #: Routes of what all projects share, or of nothing that is kept.
    shared = re.compile(
        r'/(releases|plugins|sequences|drivers|services|healthz|readyz|'
        r'metrics|version|graphs/(lint|expand|plot|diff|explain|upload)|'
        r'graphs/execute|deployments|v2/?$|v2.0|v2.1/?$|tokens)\b'
    )

    def _filled(self, path: str) -> str:
        nodes = self.ann.get('nodes').json()
        values: dict[str, Any] = {
            'cluster': self.cluster,
            'owner': self.cluster,
            'run': self.run_no,
            'task': self.run_no,
            'transaction': self.run_no,
            'node': nodes[0]['id'],
            'server': nodes[0]['id'],
            'name': 'n1',
            'type': 'default',
            'layer': 'own',
            'plugin': 'p',
            'graph': self._graph(),
            'number': 1,
        }
        if '/tasks/<path:name>' in path:
            values['name'] = 'prepare@n1'
        return re.sub(
            r'<(?:\w+:)?(\w+)>', lambda m: str(values.get(m[1], m[0])), path
        )

    def _graph(self) -> int:
        url = f'clusters/{self.cluster}/deployment_graphs/default'
        tasks = [{'id': 'own', 'type': 'stage'}]
        answer = self.ann.post(url, json={'tasks': tasks})
        if answer.status_code == 409:
            answer = self.ann.get(url)
        return int(answer.json()['id'])

    def test_nothing_of_another_project_is_answered_or_done(self) -> None:
        for method, path, view in routes.ROUTES:
            rule = guards.rule_of(view)
            if rule in policies.PUBLIC or self.shared.search(path):
                continue
            with self.subTest(f'{method} {path}'):
                self._check(method, self._filled(path))

    def _check(self, method: str, url: str) -> None:
        admin = self.as_('bob', self.b)
        answer = admin.request(
            method, httpx.URL(f'http://trailmark{url}'), json={}
        )
        print('ROUTE', method, url, answer.status_code, answer.text[:100])
        self.assertNotIn(self.name, answer.text)
