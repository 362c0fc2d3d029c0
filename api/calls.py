"""What a view gets and what it answers."""

import dataclasses
import datetime
import functools
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from werkzeug import Request

from trailmark.api import guards, sharing, streams
from trailmark.api.openapi import queries, requests
from trailmark.common import (
    clock,
    exceptions,
    numbers,
    problems,
    step_types,
    tasktypes,
)
from trailmark.db import connection, projects
from trailmark.messaging import contracts

#: Characters.
_LONGEST_TOKEN = 64
_REQUEST_ID = re.compile(r'req-[0-9A-Za-z-]{1,64}')


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """What the API works on."""

    db: connection.Database
    engine: contracts.RunContract
    catalog: tasktypes.Catalog
    lease_seconds: float
    planner: contracts.Planner
    #: Seconds that an execution waits for an agent of its node.
    agent_timeout: float = 300.0
    guard: guards.Guard = dataclasses.field(default_factory=guards.Trusting)
    #: Answers that go on.
    going_on: streams.Streams = dataclasses.field(
        default_factory=streams.Streams
    )
    #: Steps that installed plugins say they have, by the plugins' names.
    declared_steps: Mapping[str, step_types.Names] = dataclasses.field(
        default_factory=dict
    )
    #: Steps of clusters and their events are not told.
    disable_event_log: bool = False
    #: Answers that many ask for at the same time.
    shared: sharing.Shared = dataclasses.field(default_factory=sharing.Shared)
    #: The text of the OpenAPI document.
    document: Callable[[], str] = str


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """Body (JSON data, None for nothing), status, headers of an answer.

    A body that is a text is of the type that `media` names, and so are the
    `parts` of one that is sent as it is made; `stream` of events, or a
    `text` with its own header, stands for a body.
    """

    body: Mapping[str, Any] | Sequence[Any] | str | None = None
    status: int = 200
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    media: str = 'application/json'
    stream: streams.Stream | None = None
    text: str | None = None
    parts: Iterable[bytes] | None = None


@dataclasses.dataclass(frozen=True)
class Call:
    """One request, with the context that it is served in.

    Parameters of its URL are those of its operation, and are as that says.
    """

    context: Context
    request: Request
    caller: guards.Caller
    checked: requests.Checked
    #: What the answer says beside its body, to people.
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def db(self) -> connection.Database:
        """What of the database the caller may see."""
        caller = self.caller
        scope = projects.Scope(caller.project, caller.sees_all, caller.user)
        return self.context.db.of(scope)

    @property
    def actor(self) -> str:
        """The user who asks."""
        return self.caller.user

    @functools.cached_property
    def request_id(self) -> str:
        """What the request is called in logs, here and elsewhere."""
        said = self.request.headers.get('X-Openstack-Request-Id', '')
        if _REQUEST_ID.fullmatch(said):
            return said
        made = self.request.environ.get('openstack.request_id')
        return str(made or f'req-{uuid.uuid4()}')

    @functools.cached_property
    def token(self) -> str:
        """What tells this request from every other one, if it comes again."""
        said = self.request.headers.get('Idempotency-Key', '')
        return said[:_LONGEST_TOKEN] or uuid.uuid4().hex

    @property
    def asker(self) -> dict[str, str]:
        """Who asks, as it travels with what comes of it."""
        said = {'request_id': self.request_id, 'user': self.actor}
        if self.caller.project is not None:
            said['project'] = self.caller.project
        return said

    def may(self, rule: str) -> bool:
        """Whether who asks may do more than the view's own rule says."""
        return self.context.guard.may(self.caller, rule)

    @property
    def body(self) -> Any:
        """The JSON value that was sent; an empty object if nothing was."""
        return self.checked.body

    def text(self, name: str) -> str | None:
        """A parameter of the URL; None if it is not there or empty."""
        said: str | None = self.checked.query.get(name)
        return said

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Every value of a parameter, None if there is none."""
        said: tuple[str, ...] | None = self.checked.query.get(name)
        return said

    def numbers(self, name: str) -> tuple[int, ...] | None:
        """The same of whole numbers."""
        said: tuple[int, ...] | None = self.checked.query.get(name)
        return said

    def number(self, name: str) -> int | None:
        """A parameter that is a whole number >= 0."""
        said: int | None = self.checked.query.get(name)
        return said

    def flag(self, name: str) -> bool:
        """Whether a parameter says yes."""
        return self.checked.query.get(name) in ('1', 'true', 'True')

    def moment(self, name: str) -> int | None:
        """A parameter that is a time, in microseconds."""
        said = self.text(name)
        return None if said is None else clock.parse(said, datetime.UTC)

    def limit(self) -> int:
        """How many things the page is to have."""
        said: int = self.checked.query['limit']
        return min(said, queries.LARGEST_PAGE)

    def page_size(self) -> int | None:
        """The limit if one is asked for; Fuel's clients know no pages."""
        said = self.number('limit')
        return None if said is None else min(said, queries.LARGEST_PAGE)


def refused(message: str, field: str | None = None) -> exceptions.InvalidInput:
    """The error that says one thing of a request."""
    return exceptions.InvalidInput(
        [problems.Problem(message=message, field=field)]
    )


def identifier(kind: str, said: str) -> int:
    """The id of a thing that a path says.

    Raises NotFound for what is none, InvalidInput beyond the largest.
    """
    number = numbers.identifier(said)
    if number is None:
        numbers.refuse_beyond(said)
        raise exceptions.NotFound(kind=kind, name=said[:255])
    return number
