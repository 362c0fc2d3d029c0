"""The API over a database, with an engine that only notes what it is asked."""

import pathlib
import unittest
from collections.abc import Mapping
from typing import Any

import httpx

from trailmark.agent import planning
from trailmark.api import application
from trailmark.common import process_identity, tasktypes
from trailmark.drivers import catalog
from trailmark.messaging import contracts
from trailmark.tests import databases
from trailmark.tests.unit.api import conforming

NODES = """
- {name: n1, roles: [web]}
- {name: n2, roles: [web, db]}
"""
TASKS = """
- {id: prepare, type: shell, version: 2.0.0, roles: [web],
   required_for: [ready],
   parameters: {cmd: 'true', timeout: 5}}
- {id: ready, type: stage}
- {id: serve, type: shell, version: 2.0.0, roles: [db], requires: [ready],
   parameters: {cmd: 'true', timeout: 5}}
"""
#: Rows of TASKS on NODES: prepare on two, ready on none, serve on one.
ROWS = 4


class Idle:
    """A RunContract that drives nothing, and notes what it was asked."""

    def __init__(self) -> None:
        self.executed: list[tuple[int, Any]] = []
        self.looked_at: list[int] = []
        self.refusal: Exception | None = None
        self.serves_all = True

    def holder(self) -> contracts.Holder | None:
        """This process."""
        if self.refusal is not None:
            raise self.refusal
        return contracts.Holder(*process_identity.current())

    def execute_run(self, run: int, claim: Any = None) -> None:
        """Note the run and its claim."""
        self.executed.append((run, claim))

    def look_at_run(self, run: int) -> None:
        """Note the run."""
        self.looked_at.append(run)


def planner() -> contracts.Planner:
    """Who knows what the installed drivers would do."""
    return planning.Planner(catalog.drivers(), pathlib.Path('/nowhere'))


class ApiTestCase(unittest.TestCase):
    """A client of the API, and a cluster's name of its own."""

    def setUp(self) -> None:
        self.db = databases.shared('sqlite')
        self.engine = Idle()
        self.name = databases.fresh_name()
        self.client = self.client_of(catalog.catalog())

    def client_of(self, types: tasktypes.Catalog) -> httpx.Client:
        """A client of an API that knows these types."""
        api = application.Application(
            self.db, self.engine, types, 30.0, planner()
        )
        client = httpx.Client(
            transport=httpx.WSGITransport(api),
            base_url='http://trailmark/api/v1',
            event_hooks={'response': [conforming.check]},
        )
        self.addCleanup(client.close)
        return client

    def deployment(self, **more: Any) -> dict[str, Any]:
        """The body of a deployment of two nodes."""
        return {
            'source': f'/{self.name}',
            'name': self.name,
            'files': {'nodes.yaml': NODES, 'release/default.yaml': TASKS},
            **more,
        }

    def deploy(self, **more: Any) -> dict[str, Any]:
        """Deploy, and answer what the API said."""
        answer = self.client.post('deployments', json=self.deployment(**more))
        self.assertEqual(201, answer.status_code, answer.text)
        body: dict[str, Any] = answer.json()
        return body

    def dry_run(self) -> int:
        """Number of a run that has ended at once."""
        return int(self.deploy(dry_run=True)['run']['id'])

    def assert_refused(
        self, answer: httpx.Response, status: int, code: str
    ) -> Mapping[str, Any]:
        """The error of an answer that has this status and code."""
        self.assertEqual(status, answer.status_code, answer.text)
        error: Mapping[str, Any] = answer.json()['error']
        self.assertEqual(code, error['code'])
        return error
