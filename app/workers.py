"""How many attempts at the same time this process has files for."""

import logging

from oslo_config import cfg

from trailmark.common import descriptors

LOG = logging.getLogger(__name__)
#: Files, pipes and sockets of an attempt, and of the process beside them.
EACH, BESIDE = 8, 64


def most(conf: cfg.ConfigOpts) -> int:
    """[agent] workers, or fewer where `ulimit -n` does not carry as many.

    A third of the files is left to connections of an API.
    """
    limit = descriptors.most()
    carried = max((limit - limit // 3 - BESIDE) // EACH, 1)
    wanted: int = conf.agent.workers
    if carried < wanted:
        LOG.warning(
            '[agent] workers is %d, but ulimit -n is %d: %d are used',
            wanted,
            limit,
            carried,
        )
    return min(wanted, carried)
