"""One run, as the APIs of Fuel, Sahara and Nova count it."""

import collections
from collections.abc import Iterator, Mapping

from trailmark.common.states import RunState
from trailmark.tests.unit.api.sahara import progressing

E = progressing.E
_NAMES = ('n1', 'n2', 'n3', 'n4', 'n5')


class ViewsTest(progressing.ProgressTestCase):
    """Of a task on five nodes three are ready, one failed, one is left."""

    def setUp(self) -> None:
        super().setUp()
        self.name = f'{self.name}-five'
        self.cluster = self.stored(_NAMES)
        asked = {'context': {'request_id': f'req-{self.name}'}}
        self.number = self.begin('a', request=asked)
        self.attempt(0, [1, 2, 3])
        self.attempt(0, [4], E.ERROR)

    def rows(self) -> Mapping[str, int]:
        """Executions by their status, as Fuel has it."""
        found = self.client.get(f'tasks/{self.number}/tasks_history').json()
        return collections.Counter(each['status'] for each in found)

    def results(self) -> Iterator[str | None]:
        """Results of events of every server, as Nova has them."""
        for node in self.cluster.nodes:
            url = (
                f'/v2.1/servers/{node.id}/os-instance-actions/req-{self.name}'
            )
            for event in self.api.get(url).json()['instanceAction']['events']:
                yield event['result']

    def test_they_count_the_same(self) -> None:
        """All together: behaviour 1."""
        self.attempt(0, [5], None)

        [step] = self.steps(show_progress='true')
        good = [each['successful'] for each in step['events']]
        results = collections.Counter(self.results())

        self.assertEqual({'ready': 3, 'error': 1, 'running': 1}, self.rows())
        self.assertEqual(
            (3, 5, False),
            (step['completed'], step['total'], step['successful']),
        )
        self.assertEqual((3, 1), (good.count(True), good.count(False)))
        self.assertEqual({'Success': 3, 'Error': 1, None: 1}, results)

    def test_they_still_do_when_it_has_ended(self) -> None:
        """All together: behaviour 1."""
        self.attempt(0, [5], E.READY)
        self.end(RunState.ERROR)

        [step] = self.steps()

        self.assertEqual({'ready': 4, 'error': 1}, self.rows())
        self.assertEqual((4, False), (step['completed'], step['successful']))
        results = collections.Counter(self.results())
        self.assertEqual({'Success': 4, 'Error': 1}, results)
