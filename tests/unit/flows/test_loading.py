"""Tests of reading a deployment folder."""

import itertools
import os
import pathlib
import unittest

from trailmark.flows import graphs, loading
from trailmark.tests import sources
from trailmark.tests.unit.flows import folders

_DATA = pathlib.Path(
    os.environ.get(
        'TRAILMARK_FUEL_DATA', sources.ROOT.parent / 'shared/data/fuel'
    )
)
_A, _B = '[{id: a, type: noop}]', '[{id: b, type: noop}]'


class LayoutTest(unittest.TestCase):
    def test_levels_come_in_the_order_of_the_merge(self) -> None:
        deployment, _ = folders.load(
            {
                'cluster/default.yaml': _A,
                'plugins/z/default.yaml': _A,
                'plugins/b/default.yml': _B,
                'release/default.yaml': _A,
            }
        )

        found = [(one.level, one.owner) for one in deployment.layers]
        self.assertEqual(
            [
                ('release', 'shop'),
                ('plugin', 'b'),
                ('plugin', 'z'),
                ('cluster', 'shop'),
            ],
            found,
        )

    def test_a_list_and_a_mapping_in_one_directory_make_one_graph(
        self,
    ) -> None:
        """Fuel: behaviour 106."""
        deployment, _ = folders.load(
            {
                'release/default/one.yaml': _A,
                'release/default/more/two.yaml': (
                    'on_error: {node_attributes: {status: error}}\n'
                    f'tasks: {_B}'
                ),
            }
        )

        graph = deployment.layers[0].graphs['default']
        self.assertEqual({'a', 'b'}, {task.id for task in graph.tasks})
        self.assertEqual(['on_error'], list(graph.metadata))

    def test_a_folder_without_tasks_is_told_the_layout(self) -> None:
        """Fuel: behaviour 106."""
        said = folders.refusal({'releases/default.yaml': _A})

        self.assertIn('did you mean release?', said[0])
        self.assertIn('release/<type>.yaml', said[1])

    def test_names_default_to_the_folder(self) -> None:
        deployment, _ = folders.load({'release/default.yaml': _A})

        self.assertEqual('shop', deployment.name)
        self.assertEqual('shop', deployment.release)
        self.assertEqual(('default',), deployment.graph_types)

    def test_every_task_knows_its_file(self) -> None:
        deployment, _ = folders.load({'release/default/x/y.yaml': _A})

        task = deployment.layers[0].graphs['default'].tasks[0]
        self.assertEqual(
            graphs.Provenance('release', 'shop', 'release/default/x/y.yaml'),
            task.provenance,
        )

    def test_a_task_knows_the_folder_of_its_layer(self) -> None:
        files = {
            'release/default.yaml': _A,
            'plugins/p/x/more.yaml': _A,
            'cluster/default/y.yaml': _A,
        }

        read, _ = loading.read_deployment(files, 'd', folders.CATALOG, '/d')

        found = [
            task.provenance.folder
            for layer in read.layers
            for graph in layer.graphs.values()
            for task in graph.tasks
        ]
        self.assertEqual(['/d/release', '/d/plugins/p', '/d/cluster'], found)

    def test_a_fuel_plugin_brings_tasks_and_roles(self) -> None:
        deployment, found = folders.load(
            {
                'plugins/p/deployment_tasks.yaml': _A,
                'plugins/p/metadata.yaml': 'name: p',
                'plugins/p/node_roles.yaml': 'mq: {has_primary: true}',
            }
        )

        self.assertEqual((), found)
        self.assertIn('default', deployment.layers[0].graphs)
        self.assertEqual({'mq': ('mq',)}, deployment.roles.tags)
        self.assertEqual({'mq'}, deployment.roles.primaries)

    def test_tasks_of_old_plugins_are_chained_by_their_stage(self) -> None:
        """Fuel: behaviour 40."""
        deployment, _ = folders.load(
            {
                'plugins/p/tasks.yaml': '\n'.join(
                    f'- {{stage: post/{number}, type: noop, role: web}}'
                    for number in ('100', '50', '-1.5')
                )
            }
        )

        tasks = deployment.layers[0].graphs['default'].tasks
        stages = [task.body['stage'] for task in tasks]
        self.assertEqual(['post/-1.5', 'post/50', 'post/100'], stages)
        after = {one['name'] for one in tasks[2].body['cross-depends']}
        self.assertEqual({tasks[0].id, tasks[1].id}, after)


class RefusalTest(unittest.TestCase):
    def test_broken_yaml_names_file_line_and_column(self) -> None:
        said = folders.refused_tasks('- id: a\n  type: [noop\n- b')

        self.assertIn('release/default.yaml: broken YAML in line', said[0])
        self.assertIn('column', said[0])

    def test_texts_that_would_hurt_the_reader_are_refused(self) -> None:
        letters = 'abcdefghi'
        bomb = 'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n' + ''.join(
            f'{after}: &{after} [{", ".join([f"*{name}"] * 10)}]\n'
            for name, after in itertools.pairwise(letters)
        )
        table = {
            'levels deep': '[' * 100_000,
            'aliases written out': bomb,
            'inside what it names': '- &a [*a]',
            'NUL': '- {id: "a\\0", type: noop}',
            '!!binary': '- {id: a, type: noop, x: !!binary aGk=}',
            'is no number': '- {id: a, type: noop, x: .inf}',
        }
        for message, text in table.items():
            with self.subTest(message):
                self.assertIn(message, folders.refused_tasks(text)[0])

    def test_repeated_ids_are_named_sorted(self) -> None:
        """Fuel: behaviour 7."""
        entries = [f'- {{id: {name}, type: noop}}' for name in 'yyxxz']

        said = folders.refused_tasks('\n'.join(entries))

        self.assertEqual(
            ['release/default.yaml: Tasks duplication found: x, y'], said
        )

    def test_a_repeated_node_is_refused(self) -> None:
        said = folders.refusal(
            {'release/default.yaml': _A}, nodes='[{name: n}, {name: n}]'
        )

        self.assertEqual(['nodes.yaml: node n stands 2 times'], said)

    def test_a_node_name_that_commands_cannot_hold_is_refused(self) -> None:
        for name in ('a@b', 'a/b', 'a,b', 'a:b', 'a b', '', '..'):
            with self.subTest(name):
                said = folders.refusal(
                    {'release/default.yaml': _A},
                    nodes=f'[{{name: "{name}"}}]',
                )
                self.assertIn('[0].name', said[0])

    def test_master_is_a_name_like_any_other(self) -> None:
        deployment, _ = folders.load(
            {'release/default.yaml': _A}, nodes='[{name: master}]'
        )

        self.assertEqual('master', deployment.nodes[0].name)

    def test_unknown_keys_beside_the_tasks_are_refused(self) -> None:
        """Fuel: behaviour 8."""
        said = folders.refusal(
            {'release/default.yaml': f'{{taks: 1, tasks: {_A}}}'},
            deployment='nam: x',
            nodes='[{name: n, rolse: [a]}]',
        )

        self.assertEqual(3, len(said))
        for hint in ('name', 'tasks', 'roles'):
            self.assertTrue(any(f'mean {hint}?' in one for one in said), hint)

    def test_a_missing_list_of_nodes_is_refused(self) -> None:
        with self.assertRaisesRegex(Exception, r'nodes\.yaml: is missing'):
            folders.read({'release/default.yaml': _A})

    def test_stated_graph_types_must_exist(self) -> None:
        said = folders.refusal(
            {'release/default.yaml': _A}, deployment='graph_types: [defalt]'
        )

        self.assertIn('did you mean default? (known: default)', said[0])

    def test_everything_wrong_is_in_one_answer(self) -> None:
        said = folders.refusal(
            {
                'release/default.yaml': '[{id: a, type: shel}, {type: noop}]',
                'cluster/default.yaml': '[',
            },
            nodes='5',
        )

        files = {one.partition(':')[0] for one in said}
        self.assertEqual(
            {'release/default.yaml', 'cluster/default.yaml', 'nodes.yaml'},
            files,
        )
        self.assertEqual(4, len(said))


class ContentTest(unittest.TestCase):
    def test_dates_and_keys_stay_the_text_that_they_are(self) -> None:
        graph = folders.release(
            '[{id: a, type: noop, 1: x, on: y, when: 2017-01-01}]'
        )

        body = graph.tasks[0].body
        self.assertEqual(('x', 'y'), (body['1'], body['on']))
        self.assertEqual('2017-01-01', body['when'])

    def test_a_repeated_key_is_a_warning(self) -> None:
        _, found = folders.load(
            {'release/default.yaml': '- {id: a, type: noop, x: 1, x: 2}'}
        )

        self.assertIn('x stands twice', found[0].message)

    def test_a_role_that_is_a_typo_away_is_a_warning(self) -> None:
        _, found = folders.load(
            {'release/default.yaml': _A},
            roles='roles: {compute: [compute]}',
            nodes='[{name: n, roles: [compte, other]}]',
        )

        self.assertEqual(1, len(found))
        self.assertIn('did you mean compute?', found[0].message)


@unittest.skipUnless(_DATA.is_dir(), f'no Fuel data in {_DATA}')
class FuelDataTest(unittest.TestCase):
    def test_all_real_graphs_and_plugins_load_unchanged(self) -> None:
        files = {
            f'release/{path.name}': path.read_text()
            for path in (_DATA / 'graphs').iterdir()
        }
        for path in (_DATA / 'plugins').glob('*/*.yaml'):
            files[path.relative_to(_DATA).as_posix()] = path.read_text()
        files['roles.yaml'] = (_DATA / 'roles.yaml').read_text()
        files['nodes.yaml'] = folders.NODES

        deployment, read = loading.read_deployment(
            files, 'fuel', folders.CATALOG
        )

        left = {
            one.message.partition(' ')[0]
            for one in read.found
            if 'there is no type' not in one.message
        }
        self.assertEqual({'limits'}, left)
        counts = {
            layer.owner: len(layer.graphs['default'].tasks)
            for layer in deployment.layers
        }
        self.assertEqual(
            {
                'fuel': 204,
                'contrail': 88,
                'lma-collector': 11,
                'detach-rabbitmq': 6,
            },
            counts,
        )
