"""Who asks, and whether they may."""

import dataclasses
import datetime
import functools
from collections.abc import Callable
from typing import Any, Protocol

from werkzeug import Request

from trailmark.common import process_identity

#: Answered to everybody: they tell nothing of what is kept.
PUBLIC = frozenset(
    {
        'descriptions:document',
        'health:live',
        'health:ready',
        'health:version',
        'tokens:create',
        'versions:show',
    }
)
#: Bytes of a body that is read before it is known who asks.
SMALLEST_BODY = 16 * 1024
#: The folder that views are in.
_VIEWS = 'trailmark.api.'
#: What views of one level of owners are about, by their module.
_OF_LEVEL = {
    'owners': '{level}s',
    'owned_graphs': '{level}_graphs',
    'roles': '{level}_roles',
}
#: Rules of what may be done to a run.
ASKED = ('runs:stop', 'runs:cancel', 'runs:resume', 'runs:hide')


@dataclasses.dataclass(frozen=True, slots=True)
class Caller:
    """A user by name, with the roles that the user has.

    `project` is what clusters of the user belong to; with `sees_all` those
    of every project, and of none, are seen too.
    """

    user: str
    roles: tuple[str, ...] = ()
    project: str | None = None
    sees_all: bool = True
    #: `all` where the token is of no project but of the whole installation.
    system: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A text that says who asks, from one moment to another."""

    text: str = dataclasses.field(repr=False)
    caller: Caller
    issued_at: datetime.datetime
    expires_at: datetime.datetime


class Issuer(Protocol):
    """Gives tokens."""

    def issue(self, user: str, password: str, address: str) -> Token:
        """A token of a user who asks from an address.

        Raises Unauthenticated, TriesExceeded.
        """

    def read(self, text: str) -> Token:
        """A token that was given. Raises Unauthenticated."""


class Guard(Protocol):
    """Stands before every view."""

    #: Whether requests must say who asks.
    auth_required: bool
    #: Who gives tokens; None where nobody does.
    tokens: Issuer | None
    #: What a client is told that did not say who asks; None is nothing.
    challenge: str | None

    def admit(self, request: Request, rule: str | None) -> Caller:
        """Who asks for the view of a rule, None where there is no view.

        Raises Unauthenticated, TriesExceeded, Forbidden.
        """

    def may(self, caller: Caller, rule: str) -> bool:
        """Whether the rule is granted to who was admitted."""


class Trusting:
    """The Guard of an API inside the process that asks."""

    auth_required = False
    tokens: Issuer | None = None
    challenge: str | None = None

    def admit(self, request: Request, rule: str | None) -> Caller:
        """The user of this process, who may do everything."""
        return Caller(process_identity.user())

    def may(self, caller: Caller, rule: str) -> bool:
        """Everything."""
        return True


def address_of(request: Request) -> str:
    """Where a request comes from: of several, what the last proxy saw."""
    return (request.remote_addr or '').rpartition(',')[2].strip()


def rule_of(view: Callable[..., Any]) -> str:
    """The name that rules know a view by: `runs:stop`, `plugins:show`."""
    return name_of(view).rpartition('.')[2]


def name_of(view: Callable[..., Any]) -> str:
    """The same with the family that it is of: `fuel.tasks:show`."""
    level, function = None, view
    if isinstance(view, functools.partial):
        level, function = view.keywords.get('level'), view.func
    family, dot, noun = function.__module__.removeprefix(_VIEWS).rpartition(
        '.'
    )
    if level is not None:
        noun = _OF_LEVEL[noun].format(level=level)
    return f'{family}{dot}{noun}:{function.__name__}'
