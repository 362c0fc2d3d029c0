"""The API's own description: a document, and a page to read it on."""

from collections.abc import Mapping
from importlib import resources

from trailmark.api import calls

_HEADERS: Mapping[str, str] = {
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
}


def document(call: calls.Call) -> calls.Answer:
    """What every route takes and answers, as OpenAPI 3.1."""
    return calls.Answer(
        call.context.document(), headers={'Cache-Control': 'no-cache'}
    )


def page(call: calls.Call) -> calls.Answer:
    """The page; it asks for the document itself."""
    return _file('docs.html', 'text/html; charset=utf-8')


def style(call: calls.Call) -> calls.Answer:
    """Its style."""
    return _file('docs.css', 'text/css; charset=utf-8')


def script(call: calls.Call) -> calls.Answer:
    """Its script."""
    return _file('docs.js', 'text/javascript; charset=utf-8')


def _file(name: str, media: str) -> calls.Answer:
    found = resources.files('trailmark.api.openapi') / 'page' / name
    return calls.Answer(
        text=found.read_text('utf-8'),
        headers={**_HEADERS, 'Content-Type': media},
    )
