"""How many files, pipes and sockets this process may have open."""

import resource

#: Of those that nothing bounds.
_UNBOUNDED = 1_000_000


def most() -> int:
    """The soft limit, as `ulimit -n` shows it."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _UNBOUNDED if soft == resource.RLIM_INFINITY else soft
