"""Answers of the API that are not what was asked for, and exit codes."""

from typing import TYPE_CHECKING, Any

from trailmark.common import exceptions, problems, states

if TYPE_CHECKING:
    import httpx

READY, ERROR, REFUSED, STOPPED, BROKEN = range(5)
#: Of a command that was interrupted and left its run to engines.
DETACHED = 130

_OF_STATUS = {
    states.RunState.READY: READY,
    states.RunState.ERROR: ERROR,
    states.RunState.STOPPED: STOPPED,
    states.RunState.CANCELLED: STOPPED,
}


def error_of(answer: 'httpx.Response') -> exceptions.TrailmarkError:
    """The error that an answer of status 400 and above tells."""
    told = _told(answer)
    if answer.status_code >= 500:
        if 'Retry-After' in answer.headers:
            return exceptions.AskAgain(
                reason=told.get('message') or answer.reason_phrase
            )
        known = answer.status_code == 503 or told.get('code')
        kind = (
            exceptions.ServiceUnavailable
            if known
            else exceptions.RequestFailed
        )
        return kind(reason=told.get('message') or answer.reason_phrase)
    return exceptions.RequestRefused(
        told.get('code', ''),
        told.get('message') or answer.reason_phrase,
        [problem_of(entry) for entry in told.get('problems') or ()],
    )


def _told(answer: 'httpx.Response') -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    told = body.get('error') if isinstance(body, dict) else None
    return told if isinstance(told, dict) else {}


def problem_of(entry: dict[str, Any]) -> problems.Problem:
    """A problem as the API writes it."""
    return problems.Problem(
        message=entry['message'],
        file=entry.get('file'),
        task=entry.get('task'),
        field=entry.get('field'),
        severity=problems.Severity(entry.get('severity') or 'error'),
    )


def exit_code_of_run(status: str) -> int:
    """Exit code for a run in this state; BROKEN when it has not ended."""
    return _OF_STATUS.get(states.RunState(status), BROKEN)


def exit_code_of_error(error: BaseException) -> int:
    """Exit code for what a command raised."""
    refused = (exceptions.RefusedInput, exceptions.NotFound, ValueError)
    return REFUSED if isinstance(error, refused) else BROKEN
