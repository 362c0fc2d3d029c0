"""Settings of a cluster: its plugins, as Fuel's clients switch them."""

from typing import Any

from trailmark.tests.unit.api import served

_TASK = {'id': 'a', 'type': 'noop', 'version': '2.0.0', 'role': '*'}


class AttributesTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.post('releases', json={'name': self.name})
        body = {'name': self.name, 'release': self.name}
        self.client.post('clusters', json=body)
        self.plugins = [f'{self.name}-{each}' for each in 'pq']
        for name in self.plugins:
            self.client.post('plugins', json={'name': name})
        self.url = f'clusters/{self.name}/attributes'

    def switch(self, **wanted: bool) -> Any:
        """Say of plugins whether they are to be enabled."""
        said = {
            f'{self.name}-{name}': {'metadata': {'enabled': enabled}}
            for name, enabled in wanted.items()
        }
        return self.client.put(self.url, json={'editable': said})

    def enabled(self) -> list[str]:
        """The plugins that the settings call enabled."""
        editable = self.client.get(self.url).json()['editable']
        return [
            name
            for name in self.plugins
            if editable[name]['metadata']['enabled']
        ]

    def test_every_plugin_is_there_with_its_id(self) -> None:
        plugin = self.client.get(f'plugins/{self.plugins[0]}').json()

        editable = self.client.get(self.url).json()['editable']

        metadata = editable[self.plugins[0]]['metadata']
        self.assertEqual('plugin', metadata['class'])
        self.assertEqual(plugin['id'], metadata['chosen_id'])
        self.assertEqual([], self.enabled())

    def test_plugins_are_switched_and_others_stay(self) -> None:
        self.switch(p=True, q=True)
        both = self.enabled()
        self.switch(p=False)

        self.assertEqual(self.plugins, both)
        self.assertEqual(self.plugins[1:], self.enabled())

    def test_plugins_that_overlap_leave_all_as_it_was(self) -> None:
        for name in self.plugins:
            url = f'plugins/{name}/deployment_graphs/default'
            self.client.post(url, json={'tasks': [_TASK]})

        answer = self.switch(p=True, q=True)

        self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual([], self.enabled())

    def test_settings_that_are_none_are_all_named(self) -> None:
        answer = self.switch(p=True, x=True, y=False)

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual(2, len(error['problems']))
        self.assertEqual([], self.enabled())
