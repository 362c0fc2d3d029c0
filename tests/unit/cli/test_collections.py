"""Tests of `trailmark release`, `plugin` and `cluster`."""

import pathlib
from typing import Any

import fixtures
import testtools

from trailmark.tests.unit.cli import double


def _release(**changed: Any) -> dict[str, Any]:
    return {
        'id': 1,
        'name': 'shop-1.0',
        'description': None,
        'roles': {'roles': {'web': ['web']}},
        'graph_types': ['default', 'fix'],
        'is_deleted': False,
        **changed,
    }


def _cluster(**changed: Any) -> dict[str, Any]:
    return {
        'id': 2,
        'name': 'shop',
        'source': None,
        'release': 'shop-1.0',
        'release_id': 1,
        'plugins': ['first', 'second'],
        'graph_types': ['default'],
        'roles': {},
        'nodes_count': 2,
        'run_status': None,
        **changed,
    }


class _OnDouble(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def _say(self, line: str, *words: str) -> double.Said:
        return double.call(double.Link(self.api), *line.split(), *words)


class ListTest(_OnDouble):
    def test_pages_are_followed(self) -> None:
        first = double.Page([_release(id=1), _release(id=7)])
        self.api.answer('GET', 'releases', first, [_release(id=8)])
        said = self._say('release list -f json')
        self.assertEqual([1, 7, 8], [row['id'] for row in said.json])
        asked = self.api.asked('GET', 'releases')
        self.assertEqual([None, '7'], [each.get('marker') for each in asked])

    def test_json_has_lists_and_a_table_has_words(self) -> None:
        self.api.answer('GET', 'clusters', [_cluster(run_status='ready')])
        [row] = self._say('cluster list -f json').json
        self.assertEqual(['first', 'second'], row['plugins'])
        self.assertEqual('ready', row['status'])
        self.assertIn(' first, second ', self._say('cluster list').out)

    def test_plugins_of_a_cluster_are_asked_for(self) -> None:
        self.api.answer('GET', 'plugins', [])
        self._say('plugin list --cluster shop')
        [asked] = self.api.asked('GET', 'plugins')
        self.assertEqual('shop', asked['cluster'])


class CreateTest(_OnDouble):
    def test_the_record_is_shown(self) -> None:
        self.api.answer('POST', 'releases', _release(), status=201)
        said = self._say('release create shop-1.0 -f json')
        self.assertEqual(_release(), said.json)
        body = self.api.asked('POST', 'releases')
        self.assertEqual([{'name': 'shop-1.0'}], body)

    def test_roles_are_sent_as_the_text_of_their_file(self) -> None:
        roles = self.root / 'roles.yaml'
        roles.write_text('roles: {web: [web]}\n')
        self.api.answer('POST', 'plugins', _release(), status=201)
        self._say(
            'plugin create p --description', 'so it is', '--roles', str(roles)
        )
        self.assertEqual(
            [
                {
                    'name': 'p',
                    'description': 'so it is',
                    'roles_file': {'roles.yaml': 'roles: {web: [web]}\n'},
                }
            ],
            self.api.asked('POST', 'plugins'),
        )

    def test_a_file_that_is_not_there_never_connects(self) -> None:
        said = double.call(
            None, *['release', 'create', 'r', '--roles', 'no/f']
        )
        self.assertEqual(2, said.code)
        self.assertIn("no/f: can't be read: No such file", said.err)

    def test_a_cluster_is_of_a_release(self) -> None:
        self.api.answer('POST', 'clusters', _cluster(), status=201)
        self._say('cluster create shop --release 1 --graph-type a b,c')
        self.assertEqual(
            [{'name': 'shop', 'release': '1', 'graph_types': ['a', 'b', 'c']}],
            self.api.asked('POST', 'clusters'),
        )
        said = double.call(None, 'cluster', 'create', 'shop')
        self.assertEqual(2, said.code)

    def test_everything_that_is_wrong_is_told(self) -> None:
        wrong = [
            {'message': 'is unknown', 'file': 'roles.yaml', 'field': 'rolse'},
            {'message': 'is not a name', 'field': 'name'},
        ]
        refused = double.refusal('invalid_input', '2 problems', *wrong)
        self.api.answer('POST', 'releases', refused, status=400)
        said = self._say('release create a@b')
        self.assertEqual((2, ''), (said.code, said.out))
        self.assertIn('roles.yaml: rolse: is unknown\n', said.err)
        self.assertIn('name: is not a name\n', said.err)


class ShowTest(_OnDouble):
    def test_a_name_is_one_word_of_the_url(self) -> None:
        self.api.answer('GET', 'clusters/a b?', _cluster())
        said = self._say('cluster show -f json', 'a b?')
        self.assertEqual('shop', said.json['name'])

    def test_a_table_is_readable(self) -> None:
        nodes = [{'id': 5, 'name': 'web1', 'roles': ['web']}]
        shown = _cluster(nodes=nodes)
        self.api.answer('GET', 'clusters/shop', shown)
        said = self._say('cluster show shop')
        self.assertIn('name: web1', said.out)
        self.assertNotIn('None', said.out)

    def test_what_is_not_there_is_exit_code_2(self) -> None:
        missing = double.refusal('not_found', 'There is no release 9.')
        self.api.answer('GET', 'releases/9', missing, status=404)
        said = self._say('release show 9')
        self.assertEqual(2, said.code)
        self.assertEqual('trailmark: There is no release 9.\n', said.err)


class UpdateTest(_OnDouble):
    def test_only_what_is_said_is_sent(self) -> None:
        self.api.answer('PUT', 'releases/shop-1.0', _release(name='new'))
        said = self._say('release update shop-1.0 --name new -f json')
        self.assertEqual('new', said.json['name'])
        body = self.api.asked('PUT', 'releases/shop-1.0')
        self.assertEqual([{'name': 'new'}], body)

    def test_a_description_can_be_emptied(self) -> None:
        self.api.answer('PUT', 'plugins/p', _release())
        self._say('plugin update p --description', '')
        body = self.api.asked('PUT', 'plugins/p')
        self.assertEqual([{'description': ''}], body)

    def test_nothing_to_change_is_a_usage_error(self) -> None:
        for kind in ('release', 'plugin', 'cluster'):
            with self.subTest(kind):
                said = double.call(None, kind, 'update', 'x')
                self.assertEqual(2, said.code)
                self.assertIn('say what is to change', said.err)


class DeleteTest(_OnDouble):
    def test_a_sentence_says_that_it_is_gone(self) -> None:
        for kind in ('release', 'plugin', 'cluster'):
            with self.subTest(kind):
                self.api.answer('DELETE', f'{kind}s/x', None, status=204)
                said = self._say(f'{kind} delete x')
                self.assertEqual(0, said.code)
                self.assertIn(f'{kind.title()} x is deleted', said.out)

    def test_what_is_in_use_is_refused(self) -> None:
        used = double.refusal('in_use', 'Release 1 is used by: shop.')
        self.api.answer('DELETE', 'releases/1', used, status=409)
        said = self._say('release delete 1')
        self.assertEqual((2, ''), (said.code, said.out))
        self.assertIn('is used by: shop', said.err)


class SwitchTest(_OnDouble):
    def test_enabling_says_which_plugins_a_cluster_has(self) -> None:
        self.api.answer('POST', 'clusters/2/plugins', _cluster())
        said = self._say('plugin enable second --cluster 2')
        self.assertEqual('Plugins of cluster shop: first, second\n', said.out)
        body = self.api.asked('POST', 'clusters/2/plugins')
        self.assertEqual([{'plugin': 'second'}], body)

    def test_disabling_the_last_says_that_there_is_none(self) -> None:
        left = _cluster(plugins=[])
        self.api.answer('DELETE', 'clusters/shop/plugins/first', left)
        said = self._say('plugin disable first --cluster shop')
        self.assertEqual('Plugins of cluster shop: none\n', said.out)

    def test_a_cluster_is_needed(self) -> None:
        for verb in ('enable', 'disable'):
            with self.subTest(verb):
                said = double.call(None, 'plugin', verb, 'p')
                self.assertEqual(2, said.code)
