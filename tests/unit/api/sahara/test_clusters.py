"""Clusters with their progress, as clients of Sahara read them."""

from trailmark.common.states import RunState
from trailmark.db import cluster_changes, tasks_history
from trailmark.db import runs as db_runs
from trailmark.tests.unit.api.sahara import progressing
from trailmark.tests.unit.api.sahara.progressing import BEGAN, SECOND, E


class ClustersTest(progressing.ProgressTestCase):
    def test_a_cluster_without_runs_has_no_steps(self) -> None:
        """Sahara: behaviour 1."""
        shown = self.shown()

        self.assertEqual([], shown['provisioning_progress'])
        self.assertEqual('Validating', shown['status'])

    def test_the_list_has_the_cluster_by_its_name(self) -> None:
        found = self.api.get(
            '/v1.1/acme/clusters', params={'name': self.name}
        ).json()['clusters']

        self.assertEqual(
            [str(self.cluster.id)], [each['id'] for each in found]
        )
        self.assertEqual('acme', found[0]['tenant_id'])

    def test_pages_of_the_list_go_by_id(self) -> None:
        self.name = f'{self.name}-2'
        following = self.stored(['m'])
        said = {'marker': str(self.cluster.id), 'limit': '1'}
        found = self.api.get('/v2/clusters', params=said).json()['clusters']

        self.assertEqual([str(following.id)], [each['id'] for each in found])

    def test_what_the_list_can_not_do_is_refused(self) -> None:
        for said in ({'marker': 'x'}, {'sort_by': 'colour'}, {'limit': '0'}):
            answer = self.api.get('/v2/clusters', params=said)
            self.assert_error(answer, 400, 'INVALID_INPUT')

    def test_the_list_is_sorted_as_asked(self) -> None:
        said = {'sort_by': '-name'}
        found = self.api.get('/v2/clusters', params=said).json()['clusters']
        names = [each['name'] for each in found]

        self.assertEqual(sorted(names, reverse=True), names)

    def test_node_groups_are_attributes_or_else_roles(self) -> None:
        self.assertEqual(
            [('a+b', 2)],
            [(g['name'], g['count']) for g in self.shown()['node_groups']],
        )

        self.name = f'{self.name}-2'
        self.cluster = self.stored(['m'], node_group='masters')

        [group] = self.shown()['node_groups']
        self.assertEqual('masters', group['name'])
        self.assertEqual('m', group['instances'][0]['instance_name'])

    def test_the_state_is_one_of_saharas_words(self) -> None:
        for kind, active, end, ended in (
            ('creating', 'Waiting', RunState.READY, 'Active'),
            ('scaling', 'Scaling', RunState.ERROR, 'Error'),
            ('deleting', 'Deleting', RunState.READY, 'Active'),
        ):
            with self.subTest(kind):
                self.begin('a', kind=kind)
                self.assertEqual(active, self.shown()['status'])
                self.end(end)
                self.assertEqual(ended, self.shown()['status'])

    def test_some_of_a_step_is_done(self) -> None:
        """Sahara: behaviour 2."""
        self.begin('a')
        self.attempt(0, [1])

        [step] = self.steps()

        self.assertEqual((1, 2, None), _counts(step))
        self.assertIsNone(step['completed_at'])

    def test_the_last_success_completes_a_step_by_itself(self) -> None:
        """Sahara: behaviours 3 and 17."""
        self.begin('a', 'b')
        self.attempt(0, [1, 2], lasts=5)

        step = self.steps()[0]

        self.assertEqual((2, 2, True), _counts(step))
        self.assertEqual((BEGAN // SECOND) + 5, step['completed_at'])

    def test_a_failure_is_told_at_once_and_no_success(self) -> None:
        """Sahara: behaviour 4."""
        self.begin('a')
        self.attempt(0, [1], E.ERROR)

        [step] = self.steps()

        self.assertEqual((0, 2, False), _counts(step))
        self.assertIsNone(step['completed_at'])

    def test_a_retry_that_succeeds_makes_good(self) -> None:
        """Sahara: behaviour 5."""
        run = self.begin('a')
        self.attempt(0, [2])
        self.attempt(0, [1], E.ERROR)
        self.attempt(0, [1], E.READY, attempt=2, old=E.ERROR)

        self.assertEqual((2, 2, True), _counts(self.steps()[0]))
        faults = self.client.get(f'runs/{run}/faults').json()['faults']
        self.assertEqual([1], [fault['attempt'] for fault in faults])

    def test_events_come_only_if_asked_for(self) -> None:
        """Sahara: behaviours 6 and 7."""
        self.begin('a')
        self.attempt(0, [1])

        for said, told in (
            ({}, False),
            ({'show_progress': 'False'}, False),
            ({'show_progress': '1'}, False),
            ({'show_progress': 'TRUE'}, True),
            ({'show_progress': 'true'}, True),
        ):
            self.assertIs(told, 'events' in self.steps(**said)[0], said)

    def test_both_names_of_progress_have_it(self) -> None:
        self.begin('a')
        shown = self.shown(show_progress='true')

        self.assertEqual(
            shown['provision_progress'], shown['provisioning_progress']
        )

    def test_version_2_refuses_what_it_does_not_know(self) -> None:
        """Sahara: behaviour 8."""
        url = f'/v2/clusters/{self.cluster.id}'
        refused = self.api.get(url, params={'bogus': '1'})

        self.assert_error(refused, 400, 'INVALID_PARAMS_ON_REQUEST')
        self.assertEqual(200, self.get(bogus='1').status_code)

    def test_version_2_has_names_of_its_own(self) -> None:
        self.begin('a')
        url = f'/v2/clusters/{self.cluster.id}'
        shown = self.api.get(url).json()['cluster']

        self.assertEqual(f'release-{self.name}', shown['plugin_version'])
        self.assertEqual('', shown['provision_progress'][0]['project_id'])
        self.assertNotIn('tenant_id', shown)

    def test_an_unknown_cluster_is_not_found(self) -> None:
        """Sahara: behaviour 11."""
        for number in (2**40, 'nobody', '9' * 18):
            for path in ('', '/progress'):
                url = f'/v1.1/acme/clusters/{number}{path}'
                with self.subTest(url):
                    self.assert_error(self.api.get(url), 404, 'NOT_FOUND')

    def test_steps_are_in_the_order_in_which_they_were_made(self) -> None:
        """Sahara: behaviour 15."""
        self.begin('b', 'a')
        self.end()
        self.begin('d', 'c', kind='scaling')
        steps = self.steps()

        self.assertEqual(['b', 'a', 'd', 'c'], [s['step_name'] for s in steps])
        times = [step['created_at'] for step in steps]
        self.assertEqual(sorted(times), times)

    def test_a_success_that_comes_twice_counts_once(self) -> None:
        """Sahara: behaviour 18."""
        self.begin('a')
        self.attempt(0, [1])
        self.count()
        self.count()

        self.assertEqual((1, 2, None), _counts(self.steps()[0]))

    def test_counts_are_the_same_before_and_after_they_are_stored(
        self,
    ) -> None:
        self.begin('a', 'b')
        self.attempt(0, [1, 2], lasts=3)
        self.attempt(1, [1], E.ERROR)
        told = self.steps()

        self.count()

        self.assertEqual(told, self.steps())

    def test_a_step_without_nodes_is_done(self) -> None:
        """Sahara: behaviour 22."""
        self.cluster = self.stored([])
        self.begin('a')

        self.assertEqual((0, 0, True), _counts(self.steps()[0]))

    def test_the_newest_run_of_each_type_counts(self) -> None:
        """Sahara: behaviour 24."""
        for kind in ('creating', 'scaling', 'scaling', None):
            run = self.begin('a', kind=kind)
            self.end(RunState.ERROR)

        steps = self.steps()

        self.assertEqual(
            ['creating', 'scaling'], [step['step_type'] for step in steps]
        )
        runs = [int(step['id']) >> 15 for step in steps]
        self.assertEqual([run - 3, run - 1], runs)

    def test_nothing_counts_that_was_before_a_reset(self) -> None:
        self.begin('a')
        self.end()
        cluster_changes.reset(self.db, self.cluster.id, 'me')

        self.assertEqual([], self.steps())

    def test_what_was_not_done_has_not_ended_well(self) -> None:
        """Sahara: behaviour 21; of what an engine left, another ends it."""
        self.begin('a', 'b')
        self.attempt(0, [1], E.ERROR)
        self.attempt(1, [1], E.DEP_FAILED)
        self.end(RunState.ERROR)

        for step in self.steps():
            self.assertIs(False, step['successful'])
            self.assertIsNotNone(step['completed_at'])

    def test_a_run_that_nobody_began_is_told_as_cancelled(self) -> None:
        run = self.begin('a')
        self.end(RunState.CANCELLED)

        self.assertEqual(RunState.CANCELLED, db_runs.get(self.db, run).state)
        self.assertEqual((0, 2, False), _counts(self.steps()[0]))

    def test_reading_changes_nothing(self) -> None:
        """Sahara: behaviour 16."""
        run = self.begin('a')
        self.attempt(0, [1], E.ERROR)
        before = self.db_rows(run)

        for _ in range(10):
            self.shown(show_progress='true')
            self.events()

        self.assertEqual(before, self.db_rows(run))

    def db_rows(self, run: int) -> object:
        """What is kept of a run."""
        return db_runs.get(self.db, run), tasks_history.page(self.db, run=run)

    def test_a_deleted_cluster_is_gone_and_its_history_is_not(self) -> None:
        """Sahara: behaviour 20."""
        run = self.begin('a')
        self.attempt(0, [1, 2])
        self.end()
        deleted = self.client.delete(f'clusters/{self.cluster.id}')

        self.assertEqual(204, deleted.status_code, deleted.text)
        self.assert_error(self.get(), 404, 'NOT_FOUND')
        rows = self.client.get(f'runs/{run}/tasks_history').json()
        self.assertEqual(2, len(rows['tasks_history']))

    def test_the_log_of_events_can_be_disabled(self) -> None:
        """Sahara: behaviour 23."""
        run = self.begin('a')
        self.attempt(0, [1], E.ERROR)
        self.api = self.asking(disable_event_log=True)

        self.assertEqual([], self.steps(show_progress='true'))
        self.assertEqual([], self.events())
        self.end(RunState.ERROR)
        self.assertEqual('Error', self.shown()['status'])
        self.assertEqual(2, len(tasks_history.page(self.db, run=run)))

    def test_what_clusters_are_not_asked_for_here_is_refused(self) -> None:
        url = f'/v1.1/acme/clusters/{self.cluster.id}'

        for method in ('PUT', 'PATCH', 'DELETE'):
            answer = self.api.request(method, url)
            self.assert_error(answer, 405, 'METHOD_NOT_ALLOWED')


def _counts(step: dict[str, object]) -> tuple[object, object, object]:
    return step['completed'], step['total'], step['successful']
