"""What commands of tasks are told of the environment of their agent."""

import fnmatch
import os
from collections.abc import Sequence

#: Names, or patterns of them; the rest is the agent's own.
KEPT = (
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'SHELL',
    'LANG',
    'LANGUAGE',
    'LC_*',
    'TZ',
    'TMPDIR',
)


def kept(more: Sequence[str] = ()) -> dict[str, str]:
    """The entries that are passed on, with those that `more` names."""
    patterns = (*KEPT, *more)
    return {
        name: value
        for name, value in os.environ.items()
        if any(fnmatch.fnmatchcase(name, each) for each in patterns)
    }
