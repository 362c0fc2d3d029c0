"""The state directory: where an embedded Trailmark keeps what it must."""

import os
import pathlib

import platformdirs
from oslo_config import cfg

from trailmark.common import exceptions


def directory() -> pathlib.Path:
    """TRAILMARK_STATE, or the place that XDG has for states; made if absent.

    Raises StateUnusable.
    """
    said = os.environ.get('TRAILMARK_STATE')
    path = (
        pathlib.Path(said).absolute()
        if said
        else platformdirs.user_state_path('trailmark')
    )
    return make(path)


def work_folder(conf: cfg.ConfigOpts) -> pathlib.Path | None:
    """Where tasks work; None: below the state directory."""
    said: str | None = conf.agent.work_folder
    return pathlib.Path(said).expanduser() if said else None


def make_private(path: pathlib.Path) -> None:
    """Let this user alone read a file, made if absent; or StateUnusable."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise exceptions.StateUnusable(
            path=path, reason=error.strerror or type(error).__name__
        ) from error


def make(path: pathlib.Path) -> pathlib.Path:
    """The folder, for this user only, made if absent; or StateUnusable."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise exceptions.StateUnusable(
            path=path, reason=error.strerror or type(error).__name__
        ) from error
    return path
