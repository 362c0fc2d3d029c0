"""Small disks that can be filled."""

import ctypes
import os
import unittest
from pathlib import Path

_KIB = 1024
_LIBC = ctypes.CDLL(None, use_errno=True)


def mount(case: unittest.TestCase, folder: Path, size: str) -> None:
    """Mount a disk as long as a test runs, or skip the test."""
    folder.mkdir(parents=True, exist_ok=True)
    said = f'size={size}'.encode()
    if _LIBC.mount(b'none', bytes(folder), b'tmpfs', 0, said):
        reason = os.strerror(ctypes.get_errno())
        case.skipTest(f'no small disk can be mounted here: {reason}')
    case.addCleanup(_LIBC.umount2, bytes(folder), 2)


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
