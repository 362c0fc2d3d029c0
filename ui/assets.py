"""Files that the page consists of, read once, and how they are answered."""

import dataclasses
import functools
import hashlib
import importlib.resources
import mimetypes
import string

from werkzeug import Request, Response

_FOLDER = importlib.resources.files('trailmark.ui') / 'static'
_TYPES = {'.js': 'text/javascript', '.svg': 'image/svg+xml'}


@dataclasses.dataclass(frozen=True, slots=True)
class Asset:
    """A file: its bytes, its media type and a mark of its content."""

    body: bytes
    media: str
    etag: str


def answer(request: Request, name: str) -> Response | None:
    """The file of this name, or that it has not changed; None without one."""
    found = _found().get(name)
    if found is None:
        return None
    response = Response(found.body, mimetype=found.media)
    # A newer version is noticed at once, an old one is not sent again.
    response.headers['Cache-Control'] = 'no-cache'
    response.set_etag(found.etag)
    response.make_conditional(request.environ)
    return response


def names() -> set[str]:
    """Names of the files that are answered."""
    return set(_found())


def text(name: str) -> str:
    """A file as text."""
    return (_FOLDER / name).read_text('utf-8')


def template(name: str) -> string.Template:
    """A file with places for values, which have to be escaped."""
    return string.Template(text(name))


@functools.cache
def _found() -> dict[str, Asset]:
    return {
        each.name: _asset(each.name, each.read_bytes())
        for each in _FOLDER.iterdir()
        if not each.name.endswith('.html')
    }


def _asset(name: str, body: bytes) -> Asset:
    suffix = f'.{name.rpartition(".")[2]}'
    media = _TYPES.get(suffix) or mimetypes.guess_type(name)[0]
    digest = hashlib.sha256(body).hexdigest()[:32]
    return Asset(body, media or 'application/octet-stream', digest)
