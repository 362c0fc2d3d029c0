"""Users of Keystone: who they are, and whose clusters they see."""

import re
from typing import Any

import httpx
import sqlalchemy as sa

from trailmark.api import guards, routes
from trailmark.db import tables
from trailmark.tests import databases
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


class SqliteTest(identified.KeystoneTestCase):
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
        answer = self.as_('root', self.b).delete(f'releases/{self.name}')

        self.assert_refused(answer, 409, 'owner_in_use')

    def test_a_changed_plugin_reaches_clusters_of_others(self) -> None:
        plugin = databases.fresh_name()
        self.bob.post('plugins', json={'name': plugin})
        url = f'clusters/{self.name}'
        self.ann.post(f'{url}/plugins', json={'plugin': plugin})
        task = {'id': 'added', 'type': 'stage'}

        self.bob.post(
            f'plugins/{plugin}/deployment_graphs/default',
            json={'tasks': [task]},
        )

        found = self.ann.get(f'{url}/deployment_tasks/plugins').json()
        self.assertEqual(['added'], [each['id'] for each in found])

    def test_the_name_of_a_cluster_of_others_is_taken(self) -> None:
        by_deployment = self.bob.post('deployments', json=self.deployment())
        body = {'name': self.name, 'release': self.name}
        by_hand = self.bob.post('clusters', json=body)

        self.assertEqual(409, by_deployment.status_code, by_deployment.text)
        self.assertEqual(409, by_hand.status_code, by_hand.text)


class PostgresqlTest(SqliteTest):
    """The same on PostgreSQL."""

    dialect = 'postgresql'


class MariadbTest(SqliteTest):
    """The same on MariaDB."""

    dialect = 'mysql'


class RoutesTest(identified.KeystoneTestCase):
    """Every route that names something of project a, asked by b.

    Who asks is admin of b, where admins see no other project.
    """

    policy = '"projects:all": "!"'

    def setUp(self) -> None:
        super().setUp()
        ann = self.as_('ann', self.a)
        made = ann.post('deployments', json=_apart(self.deployment()))
        self.assertEqual(201, made.status_code, made.text)
        cluster, run = made.json()['cluster']['id'], made.json()['run']['id']
        url = f'clusters/{cluster}/deployment_graphs/own'
        graph = ann.post(url, json={'tasks': [{'id': 'own', 'type': 'stage'}]})
        node = ann.get('nodes').json()[0]['id']
        self.names = {
            **dict.fromkeys(('cluster', 'owner'), cluster),
            **dict.fromkeys(('run', 'task', 'transaction'), run),
            **dict.fromkeys(('node', 'server'), node),
            'named': str(cluster),
            'tenant': self.b,
            'graph': graph.json()['id'],
            'name': 'prepare@n1',
            'type': 'own',
            'layer': 'own',
            'plugin': 'p',
            'number': 1,
            'role': 'web',
            'request': 'req-1',
        }
        self.db_before = self._stored()
        self.root = self.as_('root', self.b)

    def test_nothing_of_another_project_is_answered_or_done(self) -> None:
        asked = 0
        for method, path, view in routes.ROUTES:
            rule = guards.rule_of(view)
            public = rule in (*guards.PUBLIC, 'clusters:create')
            if public or not _OF_PROJECT.search(path):
                continue
            asked += 1
            with self.subTest(f'{method} {path}'):
                self._check(method, path)

        self.assertGreater(asked, 60)
        self.assertEqual(self.db_before, self._stored())

    def _check(self, method: str, path: str) -> None:
        filled = re.sub(
            r'<(?:\w+:)?(\w+)>', lambda m: str(self.names[m[1]]), path
        )
        answer = self.root.request(
            method,
            f'http://trailmark{filled}',
            json=self._filled(_BODIES.get(f'{method} {path}', {})),
            params=self._filled(_QUERIES.get(f'{method} {path}', {})),
        )
        if method == 'GET' and path in _LISTS:
            self.assertEqual(200, answer.status_code, answer.text)
        else:
            self.assertEqual(404, answer.status_code, answer.text)
        self.assertNotIn(self.name, answer.text)

    def _filled(self, said: Any) -> Any:
        if isinstance(said, dict):
            return {key: self._filled(each) for key, each in said.items()}
        named = {
            'CLUSTER': self.names['cluster'],
            'NAMED': self.names['named'],
            'NODE': self.names['node'],
        }
        return named.get(str(said), said)

    def _stored(self) -> list[Any]:
        """All that is kept of clusters, nodes, graphs and runs."""
        kept: tuple[sa.Table, ...] = (
            tables.clusters,
            tables.nodes,
            tables.runs,
            tables.audit,
            tables.deployment_graphs,
            tables.cluster_plugins,
        )
        with self.db.reader() as connection:
            return [
                connection.execute(sa.select(each).order_by(*each.c)).all()
                for each in kept
            ]


def _apart(body: dict[str, Any]) -> dict[str, Any]:
    """A deployment whose release has not the name of its cluster."""
    said = f'{{name: {body["name"]}, release: {databases.fresh_name()}}}'
    return {**body, 'files': {**body['files'], 'deployment.yaml': said}}


#: Paths that are of a project; others are shared, or keep nothing.
_OF_PROJECT = re.compile(
    r'/(clusters|nodes|runs|tasks|transactions|tasks_history|transitions|'
    r'servers)\b|/graphs/(<|execute|revisions|explain)|^/api/v1/graphs$'
)
#: Paths of lists, which are empty for another project.
_LISTS = {
    f'/api/v1/{path}'
    for path in ('clusters', 'nodes', 'runs', 'tasks', 'transactions')
}
_LISTS |= {'/v2.1/servers', '/v2.1/servers/detail', '/api/v1/graphs'}
_LISTS |= {'/v1.1/<tenant>/clusters', '/v2/clusters'}
_TASK = {'id': 'x', 'type': 'stage'}
_NODES = {'nodes.yaml': '[{name: n3, roles: [web]}]'}
_CLUSTER = '/api/v1/clusters/<cluster>'
_SERVER = '/v2.1/servers/<server>'
_STEP = {'step': 'x', 'completed': 1, 'total': 2}
#: What routes are sent that look at it before they look for the cluster.
_BODIES: dict[str, Any] = {
    f'PUT {_CLUSTER}/deploy_tasks': ['prepare'],
    f'PUT {_CLUSTER}/attributes': {'editable': {}},
    f'PUT {_CLUSTER}/deployment_tasks': [_TASK],
    f'POST {_CLUSTER}/plugins': {'plugin': 'p'},
    f'POST {_CLUSTER}/nodes/import': {'files': _NODES},
    'POST /api/v1/runs': {'cluster': 'CLUSTER', 'graph_types': ['own']},
    'POST /api/v1/graphs/explain': {'cluster': 'NAMED', 'execution': 'x'},
    'POST /api/v1/graphs/execute': {
        'cluster': 'CLUSTER',
        'graphs': [{'type': 'own'}],
    },
    'POST /api/v1/nodes': {'cluster': 'CLUSTER', 'name': 'n9'},
    'POST /v1.1/<tenant>/clusters/<cluster>/progress': _STEP,
    'POST /v2/clusters/<cluster>/progress': _STEP,
    f'POST {_SERVER}/action': {'stop': {}},
    f'POST {_SERVER}/tasks': {'action': 'stop'},
}
_QUERIES: dict[str, Any] = {
    f'GET /api/v1/{path}': {'cluster': 'CLUSTER'}
    for path in (
        'graphs/revisions',
        'graphs/revisions/<int:number>',
        'tasks_history',
        'transitions',
    )
}
_QUERIES['DELETE /api/v1/nodes'] = {'ids': 'NODE'}
