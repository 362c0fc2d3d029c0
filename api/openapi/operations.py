"""What is told of a view: what it takes, and what it answers."""

import dataclasses
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """The routes of one rule.

    `answers` has the schema of the JSON of each status, None for nothing;
    `media` that of other types which the first of them may have.
    `query` and `headers` are schemas by name, `body` that of the JSON sent.
    `refusals` are statuses of errors beside those that any view may have.
    `passes_unknown` is true where parameters of the query that are not
    told of are passed over, or refused by the view itself.
    """

    summary: str
    answers: Mapping[int, Schema | None]
    query: Mapping[str, Schema] = dataclasses.field(default_factory=dict)
    body: Schema | None = None
    refusals: tuple[int, ...] = ()
    media: Mapping[str, Schema] = dataclasses.field(default_factory=dict)
    headers: Mapping[str, Schema] = dataclasses.field(default_factory=dict)
    passes_unknown: bool = False


Operations = Mapping[str, Operation]
