"""Whether a request is what the document says, all of it at once."""

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug import Request
from werkzeug.datastructures import MultiDict

from trailmark.api.openapi import bodies, refusals
from trailmark.common import exceptions, problems
from trailmark.flows import schema

_WHOLE = re.compile('-?[0-9]{1,30}')


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """What a request says, once it fits.

    Of `query` and `headers` what is said or has a default, in the types of
    their schemas; a list is a tuple.
    """

    query: Mapping[str, Any]
    headers: Mapping[str, Any]
    body: Any = None


class Checks:
    """The requests of one operation of a document."""

    def __init__(
        self, document: Mapping[str, Any], path: str, method: str
    ) -> None:
        self._told = document['paths'][path][method.lower()]
        self._components = document['components']
        self._by_place: dict[str, dict[str, Any]] = {
            'path': {},
            'query': {},
            'header': {},
        }
        for each in self._told['parameters']:
            self._by_place[each['in']][each['name']] = each['schema']

    @property
    def known(self) -> frozenset[str]:
        """Names of the parameters that the query may have."""
        return frozenset(self._by_place['query'])

    def check(
        self,
        request: Request,
        path: Mapping[str, Any],
        most: int = bodies.LARGEST,
    ) -> Checked:
        """What it says; `path` is what its path says.

        Raises InvalidInput with everything that is wrong, and BodyTooLarge
        where the body has more bytes than `most`.
        """
        query, twice, empty = _read(request.args, self._by_place['query'])
        said = {'path': path, 'query': query, 'header': self._heard(request)}
        found = [problems.Problem('say it once', field=name) for name in twice]
        found += [
            problems.Problem('it names none', field=name) for name in empty
        ]
        if 'requestBody' in self._told:
            try:
                said['body'] = bodies.read(request, most)
            except exceptions.InvalidInput as error:
                found += error.problems
        found += refusals.problems_of(self._validator.iter_errors(said))
        if found:
            raise exceptions.InvalidInput(found)
        return Checked(
            self._whole(query, 'query'),
            self._whole(said['header'], 'header'),
            said.get('body'),
        )

    @functools.cached_property
    def _validator(self) -> Any:
        """Of the parts of a request as one value."""
        wanted: dict[str, Any] = {
            place: _object(known) for place, known in self._by_place.items()
        }
        passes = 'x-passes-unknown' in self._told
        wanted['query']['additionalProperties'] = passes
        wanted['query']['required'] = [
            each['name']
            for each in self._told['parameters']
            if each['in'] == 'query' and each.get('required')
        ]
        if 'requestBody' in self._told:
            content = self._told['requestBody']['content']
            wanted['body'] = content['application/json']['schema']
        return schema.VALIDATOR(
            {**_object(wanted), 'components': self._components},
            format_checker=refusals.FORMATS,
        )

    def _heard(self, request: Request) -> dict[str, Any]:
        return {
            name: _typed(request.headers[name], known)
            for name, known in self._by_place['header'].items()
            if request.headers.get(name)
        }

    def _whole(self, said: Mapping[str, Any], place: str) -> dict[str, Any]:
        """With what is not said."""
        known = self._by_place[place]
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in (
                (name, said.get(name, wanted.get('default')))
                for name, wanted in known.items()
            )
        }


def _read(
    args: 'MultiDict[str, str]', known: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str], list[str]]:
    """What a query says, names that wrongly stand more than once, and those
    of lists that have commas alone.

    An empty value says nothing.
    """
    read: dict[str, Any] = {}
    twice: list[str] = []
    empty: list[str] = []
    for name, values in args.lists():
        wanted = known.get(name, {})
        if wanted.get('type') == 'array':
            words = list(_split(','.join(values)))
            empty += [name] if any(values) and not words else []
            values = words
            read[name] = [_typed(each, wanted['items']) for each in values]
        else:
            read[name] = _typed(values[0], wanted)
            twice += [name] if len(values) > 1 and wanted else []
        if not any(values) and wanted:
            del read[name]
    return read, twice, empty


def _split(text: str) -> Iterator[str]:
    """Words between commas and spaces."""
    return filter(None, re.split(r'[,\s]+', text))


def _typed(text: str, wanted: Mapping[str, Any]) -> Any:
    if wanted.get('type') == 'integer' and _WHOLE.fullmatch(text):
        return int(text)
    return text


def _object(known: Mapping[str, Any]) -> dict[str, Any]:
    return {'type': 'object', 'properties': dict(known)}
