"""The audit, as those who may read it see it."""

from typing import Any

from trailmark.tests.unit.api import secured, served


class AuditTest(served.ApiTestCase):
    def _rows(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.client.get('audit', params={'limit': 100, **query})
        self.assertEqual(200, answer.status_code, answer.text)
        rows: list[dict[str, Any]] = answer.json()['audit']
        return rows

    def test_a_run_has_who_asked_for_it_and_who_stopped_it(self) -> None:
        run = self.deploy()['run']['id']
        self.client.post(f'runs/{run}/stop', json={})

        stopped, begun = self._rows(run=run)

        self.assertEqual(
            ('inserted', 'stop'), (begun['event'], stopped['event'])
        )
        self.assertEqual(self.name, stopped['cluster'])
        self.assertEqual(stopped['user'], begun['user'])

    def test_a_cluster_has_what_was_asked_of_it_and_of_its_runs(self) -> None:
        self.deploy(dry_run=True)
        found = [row['event'] for row in self._rows(cluster=self.name)]
        self.assertEqual(['inserted', 'uploaded'], found)

    def test_pages_follow_one_another(self) -> None:
        self.deploy(dry_run=True)
        query: dict[str, Any] = {'cluster': self.name, 'limit': 1}
        first = self.client.get('audit', params=query).json()
        last = self.client.get(
            'audit', params={**query, 'marker': first['next']}
        ).json()
        self.assertEqual('uploaded', last['audit'][0]['event'])
        self.assertGreater(first['audit'][0]['id'], last['audit'][0]['id'])

    def test_users_and_moments_choose(self) -> None:
        self.deploy(dry_run=True)
        self.assertEqual([], self._rows(user='nobody-of-this-name'))
        self.assertEqual([], self._rows(until='2020-01-01'))
        self.assertNotEqual([], self._rows(since='1h', cluster=self.name))

    def test_an_unknown_cluster_is_not_found(self) -> None:
        answer = self.client.get('audit', params={'cluster': 'x y'})
        self.assert_refused(answer, 404, 'not_found')


class ReaderTest(secured.SecuredTestCase):
    def test_readers_read_what_others_asked_for(self) -> None:
        body = self.deployment(dry_run=True)
        made = self.asks('maria').post('/api/v1/deployments', json=body)
        run = made.json()['run']['id']
        found = self.asks('rita').get('/api/v1/audit', params={'run': run})
        [row] = found.json()['audit']
        self.assertEqual(('maria', 'inserted'), (row['user'], row['event']))
