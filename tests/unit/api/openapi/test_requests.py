"""What does not fit the document is refused, all of it at once."""

import time
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug import Request
from werkzeug.test import create_environ

from trailmark.api import routes
from trailmark.api.openapi import bodies, catalog, document, requests
from trailmark.common import clock, exceptions, states
from trailmark.tests.unit.api import served

_DOCUMENT = document.build(routes.ROUTES, catalog.OPERATIONS)
_RUNS = requests.Checks(_DOCUMENT, '/api/v1/runs', 'GET')
_BEGUN = requests.Checks(_DOCUMENT, '/api/v1/runs', 'POST')
_WORDS = st.text(
    st.characters(min_codepoint=33, exclude_characters=','),
    min_size=1,
    max_size=20,
).filter(lambda text: not any(map(str.isspace, text)))


def _asked(query: Mapping[str, str]) -> requests.Checked:
    environ = create_environ('/api/v1/runs', query_string=query)
    return _RUNS.check(Request(environ), {})


class QueriesTest(served.ApiTestCase):
    def test_everything_wrong_is_named_at_once(self) -> None:
        answer = self.client.get('runs?limit=x&status=done&all=maybe&since=1')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual(
            {'limit', 'status', 'all', 'since'},
            {each['field'] for each in error['problems']},
        )

    def test_wrong_query_and_wrong_body_are_said_together(self) -> None:
        answer = self.client.post('runs?nodse=n1', json={'dry_run': 'yes'})

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual(
            {'nodse', 'dry_run', 'cluster'},
            {each['field'] for each in error['problems']},
        )

    def test_an_unknown_parameter_comes_with_the_likely_one(self) -> None:
        answer = self.client.get('runs?limti=5')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn('did you mean limit?', error['message'])

    def test_what_may_stand_once_may_not_stand_twice(self) -> None:
        answer = self.client.get('runs?limit=5&limit=6')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual('limit: say it once', error['message'])

    def test_a_page_has_one_entry_at_least(self) -> None:
        for path in ('runs', 'nodes', 'tasks', 'clusters', 'graphs'):
            answer = self.client.get(f'{path}?limit=0')

            self.assert_refused(answer, 400, 'invalid_input')

    def test_an_id_in_a_path_is_no_larger_than_databases_have_it(self) -> None:
        answer = self.client.get(f'runs/{2**63}')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual('run', error['problems'][0]['field'])

    def test_what_no_database_keeps_is_refused(self) -> None:
        for answer in (
            self.client.get('runs?cluster=a%00'),
            self.client.get('clusters/a%00'),
            self.client.post('releases', json={'name': 'a\0'}),
            self.client.post('releases', content=b'{"name": "a\\ud800"}'),
            self.client.post('releases', content=b'{"name": NaN}'),
            self.client.post('releases', content=b'{"x": 1e999}'),
        ):
            with self.subTest(answer.request.url):
                self.assert_refused(answer, 400, 'invalid_input')

    def test_a_body_is_as_deep_and_as_large_as_it_may_be(self) -> None:
        table = (
            (b'{"a":' * 100 + b'1' + b'}' * 100, 'levels deep'),
            (b'[' + b'1,' * bodies.MAX_VALUES + b'1]', 'values'),
        )
        for content, said in table:
            with self.subTest(said):
                answer = self.client.post('graphs/lint', content=content)

                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertIn(said, error['message'])

    def test_a_refusal_tells_nothing_of_the_values(self) -> None:
        answer = self.client.post(
            'runs', json={'cluster': {'password': 'hunter2'}}
        )

        self.assert_refused(answer, 400, 'invalid_input')
        self.assertNotIn('hunter2', answer.text)


class PropertiesTest(served.ApiTestCase):
    @given(
        st.dictionaries(
            st.sampled_from(sorted(_RUNS.known)) | st.text(), st.text()
        )
    )
    @settings(max_examples=200, deadline=None, derandomize=True)
    def test_whatever_a_query_is_it_is_read_or_refused_cleanly(
        self, query: dict[str, str]
    ) -> None:
        try:
            read = _asked(query)
        except exceptions.InvalidInput as error:
            self.assertTrue(error.problems)
        else:
            self.assertLessEqual(read.query['limit'], 1000)
            if read.query['since'] is not None:
                clock.parse(read.query['since'])

    @given(
        st.lists(_WORDS, min_size=1, max_size=5),
        st.sets(st.sampled_from(list(states.RunState)), min_size=1),
        st.integers(1, 1000),
        st.integers(0, 2**63 - 1),
    )
    @settings(max_examples=100, deadline=None, derandomize=True)
    def test_what_a_query_says_is_what_is_read(
        self,
        types: list[str],
        status: set[states.RunState],
        limit: int,
        marker: int,
    ) -> None:
        read = _asked(
            {
                'type': ','.join(types),
                'status': ' '.join(sorted(status)),
                'limit': str(limit),
                'marker': str(marker),
            }
        ).query

        self.assertEqual(tuple(types), read['type'])
        self.assertEqual(tuple(sorted(status)), read['status'])
        self.assertEqual((limit, marker), (read['limit'], read['marker']))

    @given(st.binary() | st.text().map(str.encode))
    @settings(max_examples=200, deadline=None, derandomize=True)
    def test_whatever_a_body_is_it_is_read_or_refused_cleanly(
        self, content: bytes
    ) -> None:
        environ = create_environ(
            '/api/v1/runs', method='POST', input_stream=None, data=content
        )
        with self.assertRaises(exceptions.InvalidInput):
            _BEGUN.check(Request(environ), {})

    def test_it_costs_well_under_a_millisecond(self) -> None:
        body: dict[str, Any] = {'cluster': 'c', 'nodes': ['n1', 'n2']}
        asked = [
            Request(create_environ('/api/v1/runs', method='POST', json=body))
            for _ in range(300)
        ]

        begun = time.process_time()
        for each in asked:
            _BEGUN.check(each, {})

        self.assertLess((time.process_time() - begun) / len(asked), 0.001)
