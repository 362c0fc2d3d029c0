"""Lists of things of one run."""

import json

import testtools

from trailmark.tests.unit.cli import double
from trailmark.tests.unit.cli.test_following import move

_OF = {'task': 'a', 'node': 'n1', 'graph_type': 'default', 'attempt': 1}
_AT = {'time': '2024-01-01T12:00:00'}


class OfRunTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()

    def _listed(self, noun: str) -> list[dict[str, object]]:
        link = double.Link(self.api)
        said = double.call(link, 'run', noun, '3', '-f', 'json')
        self.assertEqual((0, ''), (said.code, said.err))
        found: list[dict[str, object]] = json.loads(said.out)
        return found

    def test_faults_are_listed_page_by_page(self) -> None:
        faults = [
            {**_OF, 'fault': 'Failed', 'message': f'exit {n}', **_AT}
            for n in range(2)
        ]
        for fault, following in zip(faults, (1, None), strict=True):
            body = {'faults': [fault], 'next': following}
            self.api.answer('GET', 'runs/3/faults', body)

        self.assertEqual(faults, self._listed('faults'))
        asked = self.api.asked('GET', 'runs/3/faults')
        self.assertEqual([None, '1'], [each.get('marker') for each in asked])

    def test_checkpoints_are_listed(self) -> None:
        left = [{**_OF, 'checkpoint': 'step 2\n', **_AT}]
        body = {'checkpoints': left, 'next': None}
        self.api.answer('GET', 'runs/3/checkpoints', body)

        self.assertEqual(left, self._listed('checkpoints'))

    def test_transitions_are_listed(self) -> None:
        body = {'transitions': [move(4)], 'next': None}
        self.api.answer('GET', 'runs/3/transitions', body)

        [found] = self._listed('transitions')

        self.assertEqual((4, 't4'), (found['id'], found['task']))

    def test_nodes_are_listed_with_their_counts(self) -> None:
        nodes = [{'node': 'n1', 'counts': {'ready': 2, 'total': 2}}]
        self.api.answer('GET', 'runs/3/nodes', {'nodes': nodes})

        self.assertEqual(nodes, self._listed('nodes'))
