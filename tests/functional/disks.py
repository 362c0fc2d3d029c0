"""Small disks that can be filled."""

import ctypes
import functools
import os
import unittest
from collections.abc import Callable
from pathlib import Path

_KIB = 1024
_LIBC = ctypes.CDLL(None, use_errno=True)
_DETACH = 2


def mount(case: unittest.TestCase, folder: Path, size: str) -> None:
    """Mount a disk as long as a test runs, or skip the test."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        case.addCleanup(mounted(folder, size))
    except OSError as error:
        case.skipTest(f'no small disk can be mounted here: {error}')


def mounted(folder: Path, size: str) -> Callable[[], object]:
    """Mount a disk; what takes it away again. Raises OSError."""
    said = f'size={size}'.encode()
    if _LIBC.mount(b'none', bytes(folder), b'tmpfs', 0, said):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return functools.partial(_LIBC.umount2, bytes(folder), _DETACH)


def fill(folder: Path) -> Path:
    """Leave no room there; the file whose removal makes it again."""
    ballast = folder / 'ballast'
    with ballast.open('ab', buffering=0) as stream:
        for size in (64 * _KIB, 4 * _KIB):
            try:
                while True:
                    stream.write(b'x' * size)
            except OSError:
                continue
    return ballast
