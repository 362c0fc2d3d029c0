"""Tests of what the API says of types of task."""

from trailmark.tests.unit.api import served


class DriversTest(served.ApiTestCase):
    def test_every_type_is_listed_by_name(self) -> None:
        found = self.client.get('drivers').json()['drivers']
        names = [each['name'] for each in found]
        self.assertEqual(sorted(names), names)
        self.assertLessEqual({'shell', 'puppet', 'stage'}, set(names))
        shell = found[names.index('shell')]
        self.assertEqual('trailmark', shell['package'])
        self.assertEqual(('node', 300, 2), _defaults(shell))
        self.assertIsNone(shell['refusal'])

    def test_one_is_shown_with_the_schema_of_its_parameters(self) -> None:
        found = self.client.get('drivers/reboot').json()['driver']
        self.assertTrue(found['guarded'])
        self.assertIn('allowed_drivers', found['refusal'])
        self.assertIn('timeout', found['parameters']['properties'])

    def test_an_unknown_one_is_not_found(self) -> None:
        answer = self.client.get('drivers/ansible')
        self.assert_refused(answer, 404, 'not_found')

    def test_a_run_of_what_is_not_allowed_is_refused_and_not_stored(
        self,
    ) -> None:
        tasks = '- {id: a, type: reboot, version: 2.0.0, roles: [web]}'
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': tasks}
        body = self.deployment(files=files)
        answer = self.client.post('deployments', json=body)
        error = self.assert_refused(answer, 400, 'invalid_input')
        [problem] = error['problems']
        self.assertEqual(('a', 'type'), (problem['task'], problem['field']))
        self.assertIn('[agent] allowed_drivers', problem['message'])
        self.assertEqual([], self.engine.executed)


def _defaults(driver: dict[str, object]) -> tuple[object, ...]:
    return driver['place'], driver['timeout'], driver['retries']
