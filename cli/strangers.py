"""Who answers at an endpoint: nobody, a stranger, another version."""

import functools
import importlib.metadata
import ssl
import sys
from collections.abc import Iterator

import httpx

from trailmark.common import exceptions, versions

#: Statuses by which a proxy says that nobody is behind it.
_NOBODY = (502, 503, 504)


def error_of(
    endpoint: httpx.URL, error: Exception
) -> exceptions.TrailmarkError:
    """What it means that a request came to nothing."""
    for each in _causes(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return exceptions.CertificateUntrusted(
                endpoint=endpoint, reason=each.verify_message
            )
        if isinstance(each, ssl.SSLError):
            return exceptions.NotTrailmark(
                endpoint=endpoint, said='nothing that is TLS, is it http://?'
            )
    return exceptions.EndpointUnreachable(
        endpoint=endpoint, reason=str(error) or repr(error)
    )


def check(endpoint: httpx.URL, answer: httpx.Response) -> None:
    """Warn of another version.

    Raises NotTrailmark, EndpointUnreachable for an answer of someone else.
    """
    theirs = answer.headers.get(versions.HEADER)
    if theirs is not None:
        _compare(str(endpoint), theirs)
        return
    said = f'{answer.status_code} {answer.reason_phrase}'.strip()
    if answer.status_code in _NOBODY:
        raise exceptions.EndpointUnreachable(
            endpoint=endpoint, reason=f'{said}, says what is in front of it'
        )
    if answer.is_redirect:
        said += f', go to {answer.headers.get("Location", "")[:200]}'
    raise exceptions.NotTrailmark(endpoint=endpoint, said=said)


@functools.cache
def _compare(endpoint: str, theirs: str) -> None:
    mine = importlib.metadata.version('trailmark')
    if theirs.split('.')[:2] != mine.split('.')[:2]:
        sys.stderr.write(
            f'warning: the API at {endpoint} is Trailmark {theirs}, this '
            f'command is {mine}: what one of them lacks fails\n'
        )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
