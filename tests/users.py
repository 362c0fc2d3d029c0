"""Doing something as another user than root."""

import os
import pickle
import pwd
from collections.abc import Callable
from typing import Any

#: Whether this process may become another user.
IS_ROOT = os.geteuid() == 0
WHO = 'nobody'


def as_nobody(function: Callable[[], Any]) -> Any:
    """What the function answers; it runs in a child that is not root.

    Where this process is not root, it runs here.
    """
    if not IS_ROOT:
        return function()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _answer(function, writer)
    os.close(writer)
    with os.fdopen(reader, 'rb') as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    found, error = pickle.loads(answer)
    if error is not None:
        raise RuntimeError(error)
    return found


def _answer(function: Callable[[], Any], writer: int) -> None:
    user = pwd.getpwnam(WHO)
    answer: tuple[Any, str | None] = None, 'it ended too early'
    try:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        answer = function(), None
    except BaseException as error:
        answer = None, repr(error)
    finally:
        os.write(writer, pickle.dumps(answer))
        os._exit(0)
