"""Tests of `trailmark node`."""

import pathlib
from typing import Any

import fixtures
import testtools

from trailmark.tests.unit.cli import double

#: What people are shown as the API has it.
_SHOWN = {
    'id': 5,
    'name': 'web1',
    'roles': ['web', 'cache'],
    'attributes': {'port': 8080, 'zone': 'a'},
    'position': 0,
}


def _node(**changed: Any) -> dict[str, Any]:
    return {
        **_SHOWN,
        'cluster': 2,
        'cluster_name': 'shop',
        'status': 'discover',
        **changed,
    }


class NodeTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def _node(self, *words: str) -> double.Said:
        return double.call(double.Link(self.api), 'node', *words)

    def test_a_list_is_readable(self) -> None:
        self.api.answer('GET', 'nodes', [_node()])
        said = self._node('list', '--cluster', 'shop')
        self.assertIn(' web, cache ', said.out)
        self.assertIn(' port: 8080 ', said.out)
        [asked] = self.api.asked('GET', 'nodes')
        self.assertEqual('shop', asked['cluster'])

    def test_values_of_attributes_are_yaml(self) -> None:
        self.api.answer('POST', 'nodes', _node(), status=201)
        line = 'create web1 --cluster shop --role web cache --attribute'
        pairs = ('port=8080', 'ip=10.0.0.1', 'on=2024-01-01', 'to=[a, 1]')
        said = self._node(*line.split(), *pairs, 'note=a=b', 'gone=')
        self.assertEqual(0, said.code, said.err)
        [body] = self.api.asked('POST', 'nodes')
        self.assertEqual(['web', 'cache'], body['roles'])
        self.assertEqual(
            {
                'port': 8080,
                'ip': '10.0.0.1',
                'on': '2024-01-01',
                'to': ['a', 1],
                'note': 'a=b',
                'gone': None,
            },
            body['attributes'],
        )

    def test_a_bad_attribute_is_a_usage_error(self) -> None:
        for words in (['port'], ['=1'], ['a=[1'], ['a=1', 'a=2'], ['a=.nan']):
            with self.subTest(words):
                line = 'create n --cluster c --attribute'
                said = double.call(None, 'node', *line.split(), *words)
                self.assertEqual((2, ''), (said.code, said.out))
                self.assertNotIn('Traceback', said.err)

    def test_a_node_is_named_by_its_cluster_or_its_id(self) -> None:
        for line, path in (
            ('show web1 --cluster shop', 'clusters/shop/nodes/web1'),
            ('show 5', 'nodes/5'),
        ):
            with self.subTest(line):
                self.api.answer('GET', path, _node())
                said = self._node(*line.split(), '-f', 'json')
                known = {'cluster': 'shop', 'cluster_id': 2}
                self.assertEqual({**_SHOWN, **known}, said.json)

    def test_a_name_without_a_cluster_is_a_usage_error(self) -> None:
        said = double.call(None, 'node', 'show', 'web1')
        self.assertEqual(2, said.code)
        self.assertIn("say --cluster: 'web1' is not the id", said.err)

    def test_attributes_that_are_not_named_stay(self) -> None:
        self.api.answer('GET', 'nodes/5', _node())
        self.api.answer('PUT', 'nodes/5', _node())
        line = 'update 5 --attribute port=9090 --no-attribute zone'
        said = self._node(*line.split(), '--attribute', 'up=true')
        self.assertEqual(0, said.code, said.err)
        [body] = self.api.asked('PUT', 'nodes/5')
        self.assertEqual({'attributes': {'port': 9090, 'up': True}}, body)

    def test_roles_are_replaced(self) -> None:
        self.api.answer('PUT', 'clusters/c/nodes/n', _node())
        self._node('update', 'n', '--cluster', 'c', '--role', 'db,web')
        [body] = self.api.asked('PUT', 'clusters/c/nodes/n')
        self.assertEqual({'roles': ['db', 'web']}, body)

    def test_deleting_says_that_it_is_gone(self) -> None:
        self.api.answer('DELETE', 'nodes/5', None, status=204)
        said = self._node('delete', '5')
        self.assertEqual('Node 5 is deleted; its history stays\n', said.out)

    def test_an_import_says_what_changed(self) -> None:
        file = self.root / 'nodes.yaml'
        file.write_text('- {name: a}\n')
        answers: tuple[dict[str, Any], ...] = (
            {'changes': ['node a added']},
            {'changes': []},
        )
        path = 'clusters/shop/nodes/import'
        self.api.answer('POST', path, *answers)
        line = f'import {file} --cluster shop --replace'
        said = [self._node(*line.split()).out for _ in answers]
        self.assertEqual(['node a added\n', 'nothing changed\n'], said)
        body = self.api.asked('POST', path)[0]
        sent = {'files': {'nodes.yaml': '- {name: a}\n'}, 'replace': True}
        self.assertEqual(sent, body)
