"""Tests of `trailmark audit list`."""

import testtools

from trailmark.tests.unit.cli import double

_ROW = {
    'id': 7,
    'time': '2024-01-01T12:00:00',
    'user': 'eve',
    'project': None,
    'event': 'purge',
    'kind': 'history',
    'name': None,
    'run': None,
    'cluster': None,
    'message': 'all',
    'counts': {'runs': 2},
}


class ListTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        page = {'audit': [_ROW], 'next': None}
        self.api.answer('GET', 'audit', page)

    def _list(self, *words: str) -> double.Said:
        return double.call(double.Link(self.api), 'audit', 'list', *words)

    def test_filters_are_those_of_the_api(self) -> None:
        self._list(
            *('--run', '3', '--cluster', 'shop', '--user', 'eve'),
            *('--since', '2024-05-31'),
        )
        [asked] = self.api.asked('GET', 'audit')
        self.assertEqual(
            ('3', 'shop', 'eve'),
            (asked['run'], asked['cluster'], asked['user']),
        )
        self.assertTrue(asked['since'].startswith('2024-05-3'))

    def test_a_user_may_be_said_in_one_word(self) -> None:
        self._list('--user=eve')
        [asked] = self.api.asked('GET', 'audit')
        self.assertEqual('eve', asked['user'])

    def test_what_was_purged_is_counted(self) -> None:
        said = self._list()
        self.assertIn('runs: 2', said.out)
        self.assertEqual(
            {'runs': 2}, self._list('-f', 'json').json[0]['counts']
        )
