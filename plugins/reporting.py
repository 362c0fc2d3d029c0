"""How what plugins report of their steps comes to the API."""

import os
import urllib.parse
from collections.abc import Mapping
from typing import Any

import httpx

from trailmark.common import exceptions

#: Seconds in which an answer comes.
_TIMEOUT = 30.0


def report(plugin: str, cluster: str, said: Mapping[str, Any]) -> None:
    """Post what a plugin says of a step of a cluster.

    Raises EndpointUnreachable, ReportRefused.
    """
    endpoint = os.environ.get('TRAILMARK_ENDPOINT') or ''
    quoted = urllib.parse.quote(cluster, safe='')
    url = f'{endpoint.rstrip("/")}/v2/clusters/{quoted}/progress'
    try:
        answer = httpx.post(
            url,
            json={**said, 'plugin': plugin},
            headers=_token(),
            auth=_user(),
            timeout=_TIMEOUT,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise exceptions.EndpointUnreachable(
            endpoint=endpoint or 'TRAILMARK_ENDPOINT, which is not set',
            reason=str(error) or repr(error),
        ) from error
    if answer.is_error:
        raise exceptions.ReportRefused(
            step=said['step'], cluster=cluster, reason=_reason(answer)
        )


def _user() -> tuple[str, str] | None:
    user = os.environ.get('TRAILMARK_USER')
    return (user, os.environ.get('TRAILMARK_PASSWORD', '')) if user else None


def _token() -> dict[str, str]:
    token = os.environ.get('OS_TOKEN')
    return {'X-Auth-Token': token} if token else {}


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()['error_message'])
    except (ValueError, KeyError, TypeError):
        return f'status {answer.status_code}'
