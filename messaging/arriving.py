"""Attempts arrive at an agent, in a message or in the answer to a report."""

import logging
import math

from oslo_context import context

from trailmark.common import exceptions
from trailmark.messaging import contracts, parts

LOG = logging.getLogger(__name__)
#: The largest number that an agent can write down.
LARGEST = 2**63 - 1


def check(node: str, dispatched: contracts.Dispatched) -> None:
    """Raises MessageRefused for what no engine sends to a node."""
    name = dispatched.instance.name
    if name != node:
        reason = f'{name[:80]!r} is not node {node}'
        raise exceptions.MessageRefused(reason=reason)
    for each in dispatched.attempts:
        checkpoint = (each.checkpoint or '').encode(errors='replace')
        sound = (
            parts.run_of(each.id) == each.run
            and 0 <= each.epoch <= LARGEST
            and 0 < each.timeout < math.inf
            and checkpoint.decode() == (each.checkpoint or '')
        )
        if not sound:
            reason = f'attempt {each.id} contradicts itself'
            raise exceptions.MessageRefused(reason=reason)


def hand_over(
    dispatched: contracts.Dispatched, agent: contracts.AgentContract
) -> None:
    """Have an agent carry them out; what this thread logs says who asked."""
    said, on = dispatched.context, dispatched.instance
    context.RequestContext(
        request_id=said.get('request_id'),
        user_id=said.get('user'),
        project_id=said.get('project'),
    )
    LOG.debug('Attempts %s arrived', [each.id for each in dispatched.attempts])
    agent.execute_task_on_instance(
        [(each, on) for each in dispatched.attempts]
    )
