"""What statements become in a transaction of one project."""

import sqlalchemy as sa
import testtools

from trailmark.common import exceptions
from trailmark.db import projects, runs, tables
from trailmark.tests import databases

_SCOPE = projects.Scope('a', sees_all=False)
#: Tables that are of no cluster; a new one is either of a cluster or here.
_SHARED = {
    'deployment_graph_tasks',
    'deployment_graphs',
    'engines',
    'graph_snapshots',
    'installations',
    'journals',
    'plugin_deployment_graphs',
    'plugins',
    'release_deployment_graphs',
    'releases',
    'sequences',
}


def _text(statement: object, scope: projects.Scope = _SCOPE) -> str:
    return ' '.join(str(projects.narrowed(statement, scope)).split())


class NarrowedTest(testtools.TestCase):
    def test_every_table_is_of_clusters_or_known_to_be_shared(self) -> None:
        free = {
            name
            for name, table in tables.metadata.tables.items()
            if 'project_id' not in _text(sa.select(sa.func.count(), table))
        }

        self.assertEqual(_SHARED, free)

    def test_an_inner_select_is_narrowed_too(self) -> None:
        inner = sa.select(tables.runs.c.id)
        outer = sa.select(tables.releases.c.id).where(sa.exists(inner))

        self.assertEqual(1, _text(outer).count('project_id ='))

    def test_each_alias_of_a_table_is_narrowed(self) -> None:
        one, two = tables.runs.alias(), tables.runs.alias()

        said = _text(sa.select(one.c.id, two.c.id))

        self.assertEqual(2, said.count('project_id ='))

    def test_rows_that_an_outer_join_lacks_stay_lacking(self) -> None:
        joined = tables.releases.outerjoin(tables.clusters)

        said = _text(sa.select(tables.releases.c.id).select_from(joined))

        self.assertIn('clusters.id IS NULL', said)

    def test_changes_are_of_rows_of_the_project_alone(self) -> None:
        for change in (
            tables.nodes.update().values(name='x'),
            tables.nodes.delete(),
        ):
            self.assertIn('project_id =', _text(change))

    def test_who_sees_all_is_not_narrowed(self) -> None:
        said = _text(sa.select(tables.runs.c.id), projects.Scope('a'))

        self.assertNotIn('project_id', said)

    def test_without_a_project_nothing_is_seen(self) -> None:
        nobody = projects.Scope(None, sees_all=False)

        self.assertIn('false', _text(sa.select(tables.runs.c.id), nobody))


class TextTest(testtools.TestCase):
    """Statements that are written in text can't be narrowed."""

    def setUp(self) -> None:
        super().setUp()
        self.db = databases.shared('sqlite').of(_SCOPE)

    def _execute(self, text: str, **values: object) -> None:
        with self.db.reader() as connection:
            connection.execute(sa.text(text), values)

    def test_one_of_a_run_that_is_not_seen_is_refused(self) -> None:
        text = 'SELECT message FROM tasks_history WHERE run_id = :run'

        self.assertRaises(exceptions.NotFound, self._execute, text, run=999)

    def test_one_that_names_no_run_is_a_mistake(self) -> None:
        text = 'SELECT count(*) FROM tasks_history'

        self.assertRaises(TypeError, self._execute, text)

    def test_one_of_what_is_shared_is_fine(self) -> None:
        self._execute('SELECT count(*) FROM releases')

    def test_a_run_that_is_not_there_is_not_found(self) -> None:
        self.assertRaises(exceptions.NotFound, runs.check, self.db, 999)

    def test_for_a_while_everything_may_be_seen(self) -> None:
        with self.db.reader() as connection:
            with projects.lifted(connection):
                connection.execute(sa.text('SELECT count(*) FROM runs'))
            self.assertRaises(
                TypeError, connection.execute, sa.text('SELECT * FROM runs')
            )
