"""JSON bodies: as large and as deep as they may be."""

import json
import math
from collections.abc import Iterator
from typing import Any

from werkzeug import Request
from werkzeug import exceptions as http

from trailmark.common import exceptions, numbers, problems
from trailmark.flows import documents

#: Bytes of a request's body; a deployment's files travel in one.
LARGEST = 64 * 1024 * 1024
#: Levels of lists and objects: a file's, and some around it.
MAX_DEPTH = documents.MAX_DEPTH + 14
MAX_VALUES = documents.MAX_VALUES
_CONTAINERS = (dict, list)
#: With a sign.
_MOST_DIGITS = 20


def read(request: Request, most: int = LARGEST) -> Any:
    """The JSON value of a body; that of an empty one is an empty object.

    Raises InvalidInput, or BodyTooLarge above `most` bytes; LengthRequired
    for a body that does not say its length where that is less than LARGEST.
    """
    data = _data(request, most)
    try:
        value = json.loads(
            data or b'{}',
            parse_float=_number,
            parse_int=_whole,
            parse_constant=_number,
        )
    except RecursionError:
        raise _refused(f'it is more than {MAX_DEPTH} levels deep') from None
    except ValueError as error:
        raise _refused(f'it is not JSON: {error}') from None
    _measure([value])
    if b'\\u' in data and not all(map(_is_kept, _texts(value))):
        raise _refused(
            'a text has the character NUL, or half of a surrogate pair'
        )
    return value


def _data(request: Request, most: int) -> bytes:
    if most < LARGEST and 'Transfer-Encoding' in request.headers:
        raise http.LengthRequired
    request.max_content_length = most
    try:
        return request.get_data(cache=False)
    except http.RequestEntityTooLarge:
        raise exceptions.BodyTooLarge(limit=most) from None


def _is_kept(text: str) -> bool:
    """Whether every database can keep a text."""
    if text.isascii():
        return '\0' not in text
    return '\0' not in text and not any('\ud800' <= c < '\ue000' for c in text)


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f'{text[:20]}... has too many digits')
    number = int(text)
    if not numbers.SMALLEST <= number <= numbers.LARGEST:
        raise ValueError(f'{text} is beyond 64 bits')
    return number


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f'{text[:20]} is no number')
    return number


def _measure(value: list[Any]) -> None:
    """Refuse what is too deep or too large, a level after the other."""
    level, depth, count = [value], -1, 0
    while level:
        inner = [
            each.values() if isinstance(each, dict) else each for each in level
        ]
        count += sum(map(len, inner))
        depth += 1
        if depth > MAX_DEPTH:
            raise _refused(f'it is more than {MAX_DEPTH} levels deep')
        if count > MAX_VALUES:
            raise _refused(f'it has more than {MAX_VALUES} values')
        level = [
            each
            for values in inner
            for each in values
            if type(each) in _CONTAINERS
        ]


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def _refused(said: str) -> exceptions.InvalidInput:
    return exceptions.InvalidInput(
        [problems.Problem(f'the body can not be read: {said}')]
    )
