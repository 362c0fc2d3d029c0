"""Long lists are sent a page at a time; short ones have links."""

import itertools
import json
import unittest
from collections.abc import Iterator

from trailmark.api import lists
from trailmark.common import exceptions
from trailmark.tests.unit.api import served


class PagesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.asked: list[tuple[int | None, int]] = []

    def _five(self, marker: int | None, limit: int) -> lists.Entries:
        """Five entries, and a note of who asked for them."""
        self.asked.append((marker, limit))
        return [{'id': n} for n in range(1, 6) if n > (marker or 0)][:limit]

    def test_page_after_page_makes_the_whole(self) -> None:
        text = b''.join(lists.array(lists.pages(self._five, 2)))

        self.assertEqual([1, 2, 3, 4, 5], [e['id'] for e in json.loads(text)])
        self.assertEqual([(None, 2), (2, 2), (4, 2)], self.asked)

    def test_a_page_is_read_when_it_is_sent_and_not_before(self) -> None:
        parts = lists.array(lists.pages(self._five, 2))

        [*itertools.islice(parts, 2)]

        self.assertEqual([(None, 2)], self.asked)

    def test_nothing_is_an_empty_list(self) -> None:
        text = b''.join(lists.array(lists.pages(lambda *_: [], 2)))

        self.assertEqual([], json.loads(text))

    def test_what_fails_at_first_fails_before_anything_is_sent(self) -> None:
        def failing() -> Iterator[lists.Entries]:
            raise exceptions.NotFound(kind='run', name=1)
            yield []

        with self.assertRaises(exceptions.NotFound):
            lists.begun(failing())


class ListsTest(served.ApiTestCase):
    def _names(self, url: str) -> list[str]:
        return [each['name'] for each in self.client.get(url).json()]

    def test_nodes_are_paged_over_clusters(self) -> None:
        made = self.deploy(dry_run=True)['cluster']
        url = f'nodes?cluster={made["id"]}&limit=1'

        first = self.client.get(url)

        self.assertEqual(['n1'], [each['name'] for each in first.json()])
        following = first.links['next']['url']
        self.assertEqual(['n2'], self._names(following))

    def test_revisions_are_paged_from_the_newest(self) -> None:
        self.client.post('releases', json={'name': self.name})
        url = f'releases/{self.name}/deployment_graphs'
        self.client.post(url, json={'tasks': [_task('a')]})
        self.client.put(url, json={'tasks': [_task('b')]})
        listed = f'graphs/revisions?release={self.name}'

        page = self.client.get(f'{listed}&limit=1')

        [newest] = page.json()
        [oldest] = self.client.get(f'{listed}&marker=2').json()
        self.assertEqual((2, 1), (newest['revision'], oldest['revision']))
        self.assertIn('marker=2', page.links['next']['url'])

    def test_a_page_has_a_thousand_entries_at_most(self) -> None:
        nodes = [f'{{name: n{n}, roles: [web]}}' for n in range(1001)]
        files = {
            'nodes.yaml': f'[{", ".join(nodes)}]',
            'release/default.yaml': '- {id: a, type: stage}',
        }
        made = self.deploy(files=files, dry_run=True)

        url = f'nodes?cluster={made["cluster"]["id"]}&limit=5000'
        page = self.client.get(url)

        self.assertEqual(1000, len(page.json()))
        self.assertIn('next', page.links)


def _task(name: str) -> dict[str, object]:
    return {'id': name, 'type': 'noop', 'version': '2.0.0', 'roles': ['web']}
