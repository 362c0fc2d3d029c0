"""Versions of the compute API, and answers that say theirs."""

import httpx

from trailmark.tests.unit.api.nova import instances

_NEW, _OLD = 'OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'


class VersionsTest(instances.InstancesTestCase):
    def _asked(self, **headers: str) -> httpx.Response:
        told = {name.replace('_', '-'): said for name, said in headers.items()}
        return self.nova.get('servers?limit=1', headers=told)

    def _compute(self, version: str) -> httpx.Response:
        return self._asked(OpenStack_API_Version=f'compute {version}')

    def test_the_version_document_names_what_is_served(self) -> None:
        found = self.nova.get('').json()['version']

        self.assertEqual(
            ('v2.1', 'CURRENT', '2.1', '2.84'),
            (
                *(found['id'], found['status']),
                *(found['min_version'], found['version']),
            ),
        )
        [link] = found['links']
        self.assertEqual(
            ('self', 'http://127.0.0.1/v2.1/'), (link['rel'], link['href'])
        )

    def test_whoever_asks_is_told_the_versions(self) -> None:
        self.assertEqual(200, self.nobody().get('').status_code)

    def test_an_answer_says_which_version_it_is_of(self) -> None:
        for headers, version in (
            ({}, '2.1'),
            ({'OpenStack_API_Version': 'compute 2.66'}, '2.66'),
            ({'OpenStack_API_Version': 'compute latest'}, '2.84'),
            ({'X_OpenStack_Nova_API_Version': '2.51'}, '2.51'),
            ({'OpenStack_API_Version': 'volume 3.5, compute 2.3'}, '2.3'),
        ):
            with self.subTest(headers):
                answer = self._asked(**headers)

                self.assertEqual(f'compute {version}', answer.headers[_NEW])
                self.assertEqual(version, answer.headers[_OLD])
                self.assertEqual(
                    [_NEW, _OLD], answer.headers.get_list('Vary', True)
                )

    def test_versions_that_there_are_not_are_refused(self) -> None:
        for version in ('2.85', '2.0', '3.1', '1.1'):
            with self.subTest(version):
                answer = self._asked(
                    OpenStack_API_Version=f'compute {version}'
                )

                error = self.refused(answer, 406, 'computeFault')
                self.assertIn('Minimum is 2.1', error['message'])

    def test_what_is_no_version_is_refused(self) -> None:
        for version in ('2', 'new', '2.x', '2.' + '9' * 5000):
            with self.subTest(version[:9]):
                answer = self._asked(
                    OpenStack_API_Version=f'compute {version}'
                )

                self.refused(answer, 400, 'badRequest')

    def test_errors_are_named_as_nova_names_them(self) -> None:
        for path, status, name in (
            ('nothing', 404, 'itemNotFound'),
            ('servers/99999999', 404, 'itemNotFound'),
            ('servers?limit=x', 400, 'badRequest'),
        ):
            with self.subTest(path):
                error = self.refused(self.nova.get(path), status, name)

                self.assertTrue(error['message'])

    def test_errors_elsewhere_stay_as_they_are(self) -> None:
        self.assert_refused(
            self.client.get('runs/987654321'), 404, 'not_found'
        )

    def test_who_has_no_password_is_told_so(self) -> None:
        self.refused(self.nobody().get('servers'), 401, 'unauthorized')
