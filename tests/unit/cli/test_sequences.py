"""Tests of `trailmark sequence` and `trailmark cluster reset`."""

from typing import Any

import testtools

from trailmark.tests.unit.cli import double


def _sequence(**changed: Any) -> dict[str, Any]:
    return {
        'id': 4,
        'release_id': 1,
        'release': 'shop-1.0',
        'name': 'all',
        'graphs': [{'type': 'provision'}, {'type': 'default'}],
        **changed,
    }


class _OnDouble(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()

    def _say(self, line: str) -> double.Said:
        return double.call(double.Link(self.api), *line.split())


class SequencesTest(_OnDouble):
    def test_a_list_is_of_a_release_or_of_a_clusters(self) -> None:
        self.api.answer('GET', 'sequences', [_sequence()])

        for option in ('release', 'cluster'):
            said = self._say(f'sequence list --{option} x -f json')

            self.assertEqual('all', said.json[0]['name'])
            asked = self.api.asked('GET', 'sequences')[-1]
            self.assertEqual('x', asked[option])

    def test_graphs_are_words_in_a_table(self) -> None:
        graphs = [{'type': 'a'}, {'type': 'b', 'tasks': ['t'], 'nodes': [5]}]
        self.api.answer('GET', 'sequences', [_sequence(graphs=graphs)])

        said = self._say('sequence list -c graphs')

        lines = [line.strip('| ') for line in said.out.splitlines()]
        self.assertEqual(['a', 'b (nodes: 5; tasks: t)'], lines[3:5])

    def test_a_new_one_is_sent_whole(self) -> None:
        self.api.answer('POST', 'sequences', _sequence(), status=201)

        self._say(
            'sequence create all --release shop-1.0'
            ' --graph-type provision default'
        )

        sent = {
            'name': 'all',
            'release': 'shop-1.0',
            'graphs': [{'type': 'provision'}, {'type': 'default'}],
        }
        self.assertEqual([sent], self.api.asked('POST', 'sequences'))

    def test_a_new_one_needs_graphs(self) -> None:
        said = self._say('sequence create all --release shop-1.0')

        self.assertEqual(2, said.code)
        self.assertIn('say --graph-type', said.err)

    def test_an_id_is_asked_for_at_once(self) -> None:
        self.api.answer('GET', 'sequences/4', _sequence())

        said = self._say('sequence show 4 -f json')

        self.assertEqual(_sequence(), said.json)

    def test_a_name_is_looked_up(self) -> None:
        self.api.answer('GET', 'sequences', [_sequence()])
        self.api.answer('PUT', 'sequences/4', _sequence())

        self._say('sequence update all --release shop-1.0 --name new')

        [asked] = self.api.asked('GET', 'sequences')
        self.assertEqual(
            ('all', 'shop-1.0'), (asked['name'], asked['release'])
        )
        self.assertEqual(
            [{'name': 'new'}], self.api.asked('PUT', 'sequences/4')
        )

    def test_a_name_that_several_releases_have_is_refused(self) -> None:
        found = [_sequence(), _sequence(id=5, release='other')]
        self.api.answer('GET', 'sequences', found)

        said = self._say('sequence delete all')

        self.assertEqual(2, said.code)
        self.assertIn('there are several: shop-1.0, other', said.err)

    def test_an_unknown_name_is_not_found(self) -> None:
        self.api.answer('GET', 'sequences', [])

        said = self._say('sequence delete all')

        self.assertIn('There is no sequence all', said.err)


class ExecuteTest(_OnDouble):
    def _execute(self, line: str, **changed: Any) -> dict[str, Any]:
        """What the API was asked to run."""
        self.api.answer('GET', 'sequences', [_sequence(**changed)])
        run = double.run_document('ready')
        answer = {'run': run, 'warnings': []}
        self.api.answer('POST', 'runs', answer, status=201)
        self.api.answer('GET', 'runs/3/nodes', {'nodes': []})
        none: dict[str, object] = {'transitions': [], 'next': None}
        self.api.answer('GET', 'runs/3/transitions', none)
        self.api.answer('GET', 'runs/3', {'run': run})
        nodes = [{'id': 5, 'name': 'db1'}]
        self.api.answer('GET', 'clusters/shop', {'nodes': nodes})
        said = self._say(f'sequence execute {line}')
        self.assertEqual(0, said.code, said.err)
        sent: dict[str, Any] = self.api.asked('POST', 'runs')[-1]
        return sent

    def test_its_graphs_are_run_on_the_cluster(self) -> None:
        sent = self._execute('all --cluster shop --noop')

        self.assertEqual(
            ('shop', ['provision', 'default'], True, None),
            (
                *(sent['cluster'], sent['graph_types']),
                *(sent['noop'], sent['nodes']),
            ),
        )

    def test_what_it_chooses_gives_way_to_options(self) -> None:
        graphs = [{'type': 'a', 'tasks': ['t'], 'nodes': [5]}]

        for option, chosen in (
            ('', (['t'], ['db1'])),
            (' --tasks u --nodes n', (['u'], ['n'])),
        ):
            sent = self._execute(f'4 --cluster shop{option}', graphs=graphs)

            self.assertEqual(chosen, (sent['tasks'], sent['nodes']))

    def test_one_of_another_release_is_not_found(self) -> None:
        self.api.answer('GET', 'sequences', [_sequence()])

        said = self._say('sequence execute other --cluster shop')

        self.assertIn('cluster shop named other', said.err)


class ResetTest(_OnDouble):
    def test_a_cluster_is_reset_by_force_where_that_is_said(self) -> None:
        self.api.answer('PUT', 'clusters/shop/reset', {'id': 3}, status=202)

        for option, force in (('', '0'), (' --force', '1')):
            said = self._say(f'cluster reset shop{option}')

            self.assertIn('Cluster shop is reset', said.out)
            self.assertEqual(force, self.api.requests[-1][2]['force'])
