"""Nodes as servers: how they are, what failed of them, how they are found."""

from trailmark.tests.unit.api.nova import instances

E, R = instances.E, instances.R


class ServersTest(instances.InstancesTestCase):
    def test_a_server_is_a_node_with_its_id_as_text(self) -> None:
        self.deployed()

        server = self.server()

        self.assertEqual(
            (self.nodes['n1'], 'n1', 'ACTIVE', None),
            (
                *(server['id'], server['name'], server['status']),
                server['OS-EXT-STS:task_state'],
            ),
        )
        self.assertEqual(
            {'cluster': self.name, 'roles': 'w'}, server['metadata']
        )
        self.assertNotIn('fault', server)

    def test_it_is_built_until_a_run_has_ended_well(self) -> None:
        self.deployed(None)

        server = self.server()

        self.assertEqual(
            ('BUILD', 'default'),
            (server['status'], server['OS-EXT-STS:task_state']),
        )

    def test_a_failure_before_anything_changed_is_no_fault(self) -> None:
        """Nova: behaviour 9.

        Seed 003 contradicts itself: the last failed task is the fault, and
        an instance that a failure did not affect has none.
        """
        self.deployed()
        self.begin()
        self.failed('TestFailed', 'test_pre: exit code 1')

        server, [task, _deploy] = self.server(), self.tasks()

        self.assertEqual('ACTIVE', server['status'])
        self.assertNotIn('fault', server)
        self.assertEqual('test_pre: exit code 1', task['error']['message'])

    def test_the_fault_is_the_last_task_that_failed(self) -> None:
        """Nova: behaviours 10 and 11."""
        self.deployed()
        for said in ('first', 'second'):
            self.begin()
            self.failed(said=said)

        server = self.server()

        self.assertEqual('ERROR', server['status'])
        self.assertEqual('second', server['fault']['message'])
        failed = self.tasks('?state=error')
        self.assertEqual(
            ['second', 'first'], [each['error']['message'] for each in failed]
        )

    def test_a_server_that_is_well_again_has_no_fault(self) -> None:
        """Nova: behaviour 11."""
        self.deployed()
        self.begin()
        self.failed()
        self.begin()
        self.attempt('r', 'n1', E.READY)
        self.end(R.READY)

        server = self.server()

        self.assertEqual('ACTIVE', server['status'])
        self.assertNotIn('fault', server)

    def test_a_cluster_that_was_reset_has_to_be_built_again(self) -> None:
        self.deployed()
        self.begin()
        self.failed()
        self.client.put(f'clusters/{self.name}/reset', json={})

        server = self.server()

        self.assertEqual('BUILD', server['status'])
        self.assertNotIn('fault', server)
        self.assertEqual(2, len(self.actions()))

    def test_details_of_a_fault_are_for_admins(self) -> None:
        """Nova: behaviours 12 and 13."""
        self.deployed()
        self.begin()
        self.failed()

        admin, member = (
            self.server(user=user)['fault'] for user in ('ada', 'maria')
        )

        self.assertEqual(
            {'code', 'created', 'message', 'details'}, admin.keys()
        )
        self.assertIn('password=abc', admin['details'])
        self.assertEqual(
            {'code': 500, 'created': admin['created'], 'message': 'Failed'},
            member,
        )
        self.assertRegex(admin['created'], r'^\d{4}-\d\d-\d\dT[\d:]{8}Z$')

    def test_what_trailmark_says_of_a_fault_is_for_everybody(self) -> None:
        """Nova: behaviour 13."""
        self.deployed()
        self.begin()
        self.failed('Interrupted', 'interrupted more than 3 times')

        fault = self.server(user='maria')['fault']

        self.assertEqual('interrupted more than 3 times', fault['message'])

    def test_the_fault_of_one_server_is_not_that_of_another(self) -> None:
        self.deployed()
        self.begin()
        self.failed()

        other = self.ask('GET', f'servers/{self.nodes["n2"]}').json()

        self.assertEqual('ACTIVE', other['server']['status'])
        self.assertNotIn('fault', other['server'])

    def test_a_server_that_is_gone_is_deleted_and_not_listed(self) -> None:
        self.deployed()
        self.client.delete(f'nodes/{self.nodes["n1"]}')

        listed = self.ask('GET', 'servers?name=n1&limit=1000').json()

        self.assertEqual('DELETED', self.server()['status'])
        ids = {each['id'] for each in listed['servers']}
        self.assertNotIn(self.nodes['n1'], ids)

    def test_an_unknown_server_is_not_found(self) -> None:
        """Nova: behaviour 3; `test_projects` has other projects' servers."""
        for path in ('servers/99999999', 'servers/n1', 'servers/1e3/tasks'):
            with self.subTest(path):
                self.refused(self.ask('GET', path), 404, 'itemNotFound')


class ListTest(instances.InstancesTestCase):
    def _stored(self) -> None:
        nodes = ', '.join(
            f'{{name: {self.name}-{number}, roles: [w]}}'
            for number in (1, 2, 11)
        )
        files = {**instances.FILES, 'nodes.yaml': f'[{nodes}]'}
        self.deploy(files=files)

    def _names(self, query: str) -> list[str]:
        answer = self.ask('GET', f'servers{query}')
        self.assertEqual(200, answer.status_code, answer.text)
        return [
            each['name'].rpartition('-')[2]
            for each in answer.json()['servers']
        ]

    def test_servers_are_found_by_their_names_and_parts_of_them(self) -> None:
        self._stored()

        for query, names in (
            (f'?name={self.name}', ['1', '2', '11']),
            (f'?name={self.name}-1', ['1', '11']),
            (f'?name=^{self.name}-1$', ['1']),
            (f'?name=^{self.name}\\-1$', ['1']),
            (f'?name={self.name}&status=BUILD', ['1', '2', '11']),
            (f'?name={self.name}&status=ERROR', []),
        ):
            with self.subTest(query):
                self.assertEqual(names, self._names(query))

    def test_pages_link_to_the_next(self) -> None:
        self._stored()
        url, seen = f'servers/detail?name={self.name}&limit=2', []

        while url:
            page = self.ask('GET', url).json()
            seen += [each['name'] for each in page['servers']]
            [link] = page.get('servers_links') or [{'href': ''}]
            url = link['href']

        self.assertEqual(
            [f'{self.name}-{number}' for number in (1, 2, 11)], seen
        )

    def test_what_it_does_not_know_is_refused(self) -> None:
        for query in ('flavor=1', 'name=a.*', 'deleted=true', 'limit=x'):
            with self.subTest(query):
                answer = self.ask('GET', f'servers?{query}')

                self.refused(answer, 400, 'badRequest')
