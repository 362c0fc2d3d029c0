"""What a view gets and what it answers."""

import dataclasses
import datetime
import functools
import json
import re
import urllib.parse
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug import Request

from trailmark.api import guards, schema, sharing, streams
from trailmark.common import (
    clock,
    exceptions,
    problems,
    step_types,
    tasktypes,
)
from trailmark.db import connection, projects
from trailmark.messaging import contracts

#: Bytes of a request's body; a deployment's files travel in one.
LARGEST_BODY = 64 * 1024 * 1024
LARGEST_PAGE = 1000
_USUAL_PAGE = 100
_LARGEST_ID = 2**63 - 1
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


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """Body (JSON data, None for nothing), status, headers of an answer.

    A body that is a text is of the type that `media` names; `stream` of
    events, or a `text` with its own header, stands for a body.
    """

    body: Mapping[str, Any] | Sequence[Any] | str | None = None
    status: int = 200
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    media: str = 'application/json'
    stream: streams.Stream | None = None
    text: str | None = None


@dataclasses.dataclass(frozen=True)
class Call:
    """One request, with the context that it is served in."""

    context: Context
    request: Request
    caller: guards.Caller

    @property
    def db(self) -> connection.Database:
        """What of the database the caller may see."""
        scope = projects.Scope(self.caller.project, self.caller.sees_all)
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

    def body(self, name: str) -> dict[str, Any]:
        """The JSON body, checked against the schema of that name.

        Raises InvalidInput, or BodyTooLarge above LARGEST_BODY.
        """
        data = self.request.get_data(cache=False)
        if len(data) > LARGEST_BODY:
            raise exceptions.BodyTooLarge(limit=LARGEST_BODY)
        try:
            parsed = json.loads(data or b'{}')
        except (ValueError, RecursionError) as error:
            raise refused(f'the body is not JSON: {error}') from None
        return schema.check(name, parsed)

    def text(self, name: str) -> str | None:
        """A parameter of the URL; None if it is not there or empty."""
        return self.request.args.get(name) or None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Every value of a parameter, also separated by commas or spaces."""
        said = ','.join(self.request.args.getlist(name))
        return tuple(filter(None, re.split(r'[,\s]+', said))) or None

    def words(
        self, name: str, noun: str, known: Iterable[str]
    ) -> tuple[str, ...]:
        """Values of a parameter, all of them known; raises InvalidInput."""
        said, there = self.texts(name) or (), [str(word) for word in known]
        unknown = sorted(set(said).difference(there))
        if unknown:
            raise refused(
                f'there is no {noun} {", ".join(unknown)}; '
                f'there are: {", ".join(there)}',
                name,
            )
        return said

    def moment(self, name: str) -> int | None:
        """A parameter that is a time, in microseconds; raises InvalidInput."""
        said = self.text(name)
        try:
            return None if said is None else clock.parse(said, datetime.UTC)
        except ValueError as error:
            raise refused(str(error), name) from None

    def flag(self, name: str) -> bool:
        """Whether a parameter of the URL says yes; raises InvalidInput."""
        said = self.request.args.get(name, '0').lower()
        if said not in ('0', '1', 'false', 'true'):
            raise refused('say 0 or 1', name)
        return said in ('1', 'true')

    def number(self, name: str) -> int | None:
        """A parameter that is a whole number >= 0; raises InvalidInput."""
        return whole_number(self.text(name), name)

    def limit(self) -> int:
        """How many things the page is to have, at most LARGEST_PAGE."""
        said = self.number('limit')
        if said is None:
            return _USUAL_PAGE
        if said == 0:
            raise refused('a page has at least one entry', 'limit')
        return min(said, LARGEST_PAGE)

    def page_size(self) -> int | None:
        """The limit if one is asked for; Fuel's clients know no pages."""
        return None if self.text('limit') is None else self.limit()


def page(
    call: Call, entries: Sequence[Mapping[str, Any]], size: int | None = None
) -> Answer:
    """A bare list; one of `size` entries has a link to more.

    Without a size that is `call.page_size()`.
    """
    headers = {}
    if entries and len(entries) == (size or call.page_size()):
        query = call.request.args.copy()
        query.setlist('marker', [str(entries[-1]['id'])])
        following = urllib.parse.urlencode(list(query.items(multi=True)))
        url = f'{call.request.base_url}?{following}'
        headers['Link'] = f'<{url}>; rel="next"'
    return Answer(list(entries), headers=headers)


def whole_number(said: str | None, name: str) -> int | None:
    """A number >= 0 that a request says; raises InvalidInput."""
    if said is None:
        return None
    if not re.fullmatch('[0-9]{1,19}', said) or int(said) > _LARGEST_ID:
        raise refused('this is not a whole number from 0 up', name)
    return int(said)


def refused(message: str, field: str | None = None) -> exceptions.InvalidInput:
    """The error that says one thing of a request."""
    return exceptions.InvalidInput(
        [problems.Problem(message=message, field=field)]
    )
