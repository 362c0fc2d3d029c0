"""What is stored of graphs, as later deployments and readers find it."""

from typing import Any

import sqlalchemy as sa
import yaml

from trailmark.db import clusters, records, tables
from trailmark.tests.unit.api import served

_NODES = served.NODES
_TASKS = """
- {id: a, type: noop, version: 2.0.0, role: '*', mood: {deep: [1, null]}}
- {id: b, type: noop, version: 2.0.0, roles: ['*'], cross-depends: [
   {name: a, role: ['self']}]}
- {id: c, type: noop, version: 2.0.0, role: [web], condition:
   {yaql_exp: changed($)}}
"""


class StoredGraphsTest(served.ApiTestCase):
    def _store(self, tasks: str = _TASKS, **files: str) -> None:
        named = {
            path.replace('__', '/') + '.yaml': text
            for path, text in files.items()
        }
        self.deploy(
            files={
                'nodes.yaml': _NODES,
                'release/default.yaml': tasks,
                **named,
            },
            ignore_conditions=True,
            dry_run=True,
        )

    def _graphs(self) -> tuple[records.GraphRecord, ...]:
        cluster = clusters.get(self.db, self.name)
        return clusters.graphs(self.db, cluster.id)

    def _ids(self) -> dict[str, int]:
        """Ids of the release's graphs by type."""
        link, r = tables.release_deployment_graphs.c, tables.releases.c
        with self.db.reader() as connection:
            rows = connection.execute(
                sa.select(link.type, link.deployment_graph_id)
                .join_from(link.type.table, tables.releases)
                .where(r.name == self.name)
            ).all()
        return {kind: number for kind, number in rows}

    def test_a_task_comes_back_as_it_was_written(self) -> None:
        """Fuel: behaviours 8, 10 and 15."""
        self._store()

        [graph] = self._graphs()

        written = yaml.safe_load(_TASKS)
        self.assertEqual(written, [task.body for task in graph.tasks])

    def test_every_spelling_of_everywhere_means_the_same_nodes(self) -> None:
        """Fuel: behaviour 10."""
        self._store()

        answer = self.client.post(
            'graphs/expand',
            json={'cluster': self.name, 'ignore_conditions': True},
        ).json()

        names = {one['name'] for one in answer['vertices']}
        self.assertLessEqual({'a@n1', 'a@n2', 'b@n1', 'b@n2'}, names)
        self.assertIn(['a@n1', 'b@n1'], answer['edges'])
        self.assertNotIn(['a@n1', 'b@n2'], answer['edges'])

    def test_a_graph_that_changes_keeps_its_id(self) -> None:
        """Fuel: behaviour 12."""
        tasks = f'{{name: first, tasks: {_flow(_TASKS)}}}'
        self._store(tasks)
        before = self._ids()

        self._store(tasks.replace('first', 'second'))

        self.assertEqual(before, self._ids())
        [graph] = self._graphs()
        self.assertEqual({'name': 'second'}, graph.metadata)
        self.assertEqual(3, len(graph.tasks))

    def test_graphs_go_with_what_owned_them(self) -> None:
        """Fuel: behaviours 3 and 13."""
        more = '- {id: p, type: noop, version: 2.0.0, role: web}'
        self._store(plugins__p__default=more, release__other=more)
        before = {(one.level, one.type) for one in self._graphs()}

        self._store()

        after = {(one.level, one.type) for one in self._graphs()}
        self.assertEqual(
            {('plugin', 'default'), ('release', 'other')}, before - after
        )
        self.assertEqual({'default'}, set(self._ids()))

    def test_a_refused_graph_leaves_the_stored_one_alone(self) -> None:
        """Fuel: behaviours 7 and 8."""
        self._store()
        table: tuple[tuple[str, str], ...] = (
            (
                '[{id: x, type: stage}, {id: x, type: stage}, '
                '{id: z, type: stage}]',
                'Tasks duplication found: x',
            ),
            ('{tasks: [], mood: 1}', 'mood: unknown key'),
        )
        for text, said in table:
            with self.subTest(said):
                files = {'nodes.yaml': _NODES, 'release/default.yaml': text}

                answer = self.client.post(
                    'deployments', json=self.deployment(files=files)
                )

                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertIn(said, error['message'])
                self.assertEqual(3, len(self._graphs()[0].tasks))


def _flow(text: str) -> str:
    tasks: Any = yaml.safe_load(text)
    return yaml.safe_dump(tasks, default_flow_style=True, width=10_000)
