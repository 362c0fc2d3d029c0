"""The API's own description."""

from trailmark.api import calls


def document(call: calls.Call) -> calls.Answer:
    """What every route takes and answers, as OpenAPI 3.1."""
    return calls.Answer(
        call.context.document(), headers={'Cache-Control': 'no-cache'}
    )
