"""The API against its own document: schemathesis asks whatever that allows."""

from collections.abc import Iterator, Mapping
from typing import Any

import hypothesis
import schemathesis
from hypothesis import strategies
from schemathesis import GenerationMode, checks

from trailmark.api import application
from trailmark.db import connection
from trailmark.drivers import catalog
from trailmark.tests import databases
from trailmark.tests.unit.api import served

_SETTINGS = hypothesis.settings(
    max_examples=4,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
#: What fits a schema may be refused for what it means.
_UNFIT = ('positive_data_acceptance',)


class OpenApiTest(served.ApiTestCase):
    """Each test has a database of its own, with runs and graphs in it."""

    def setUp(self) -> None:
        super().setUp()
        self.db = _database()
        self.asked = 0
        api = application.Application(
            self.db, self.engine, catalog.catalog(), 30.0, served.planner()
        )
        self.client = self.client_of(catalog.catalog())
        self.known = self._fill()
        self.schema = schemathesis.openapi.from_wsgi('/openapi.json', api)
        checks.load_all_checks()

    def test_what_reads_answers_as_documented(self) -> None:
        self._ask('get')

    def test_what_changes_answers_as_documented(self) -> None:
        self._ask('post', 'put', 'patch')

    def test_what_removes_answers_as_documented(self) -> None:
        self._ask('delete')

    def _fill(self) -> Mapping[str, list[Any]]:
        """Values of parameters of paths that mean something."""
        made = self.deploy()
        runs = [made['run']['id'], self.dry_run()]
        cluster = [str(made['cluster']['id']), self.name]
        [node, *_] = self.client.get('nodes').json()
        [graph, *_] = self.client.get('graphs').json()
        sequence = {
            'name': 'all',
            'release': graph['owner'],
            'graphs': [{'type': 'default'}],
        }
        kept = self.client.post('sequences', json=sequence).json()
        self.client.post('plugins', json={'name': 'p'})
        return {
            **dict.fromkeys(('run', 'transaction', 'task'), runs),
            'tenant': [self.name],
            'node': [node['id']],
            'server': [node['id']],
            'cluster': cluster,
            'owner': cluster,
            'release': [graph['owner']],
            'plugin': ['p'],
            'graph': [graph['id']],
            'name': ['n1', 'shell', 'prepare@n1'],
            'type': ['default'],
            'layer': ['own', 'plugins', 'release'],
            'role': ['web'],
            'number': [1],
            'sequence': [kept['id']],
        }

    def _ask(self, *methods: str) -> None:
        for each in self.schema.get_all_operations():
            operation: Any = each.ok()  # type: ignore[union-attr]
            # What goes on until a run has ended is asked elsewhere.
            if operation.method in methods and '/events' not in operation.path:
                for mode in _modes(operation):
                    with self.subTest(f'{operation.label}, {mode.value}'):
                        self._ask_one(operation, mode)
        self.assertGreater(self.asked, 20)

    def _ask_one(self, operation: Any, mode: GenerationMode) -> None:
        cases = operation.as_strategy(mode)

        @_SETTINGS
        @hypothesis.given(strategies.data())
        def ask(data: strategies.DataObject) -> None:
            case = data.draw(cases)
            # Nothing is said by an empty value: it is not wrong.
            hypothesis.assume(all(map(_says, (case.query or {}).values())))
            if not _is_wrong(case, 'path'):
                self._lead(case, data)
            self.asked += 1
            case.call_and_validate(
                excluded_checks=checks.CHECKS.get_by_names(_UNFIT)
            )

        ask()

    def _lead(self, case: Any, data: strategies.DataObject) -> None:
        """Have most paths lead to something."""
        for name in case.path_parameters or {}:
            known = self.known.get(name, ())
            if known and data.draw(strategies.integers(0, 3)):
                chosen = data.draw(strategies.sampled_from(known))
                case.path_parameters[name] = chosen


def _says(value: Any) -> bool:
    """Whether a value of a query is more than nothing."""
    listed = value if isinstance(value, list | tuple) else [value]
    return any(str(each).strip(', \t') for each in listed)


def _is_wrong(case: Any, place: str) -> bool:
    """Whether a part of a request was made not to fit."""
    return any(
        each.value == place and made.mode == GenerationMode.NEGATIVE
        for each, made in case.meta.components.items()
    )


def _database() -> connection.Database:
    """One on a server if there is one: it takes less than SQLite does."""
    there = [
        each for each in databases.DIALECTS if not databases.why_not(each)
    ]
    return databases.fresh(
        'postgresql' if 'postgresql' in there else there[-1]
    )


def _modes(operation: Any) -> Iterator[GenerationMode]:
    """Nothing that has neither query nor body can be asked wrongly."""
    yield GenerationMode.POSITIVE
    if operation.query or operation.body:
        yield GenerationMode.NEGATIVE
