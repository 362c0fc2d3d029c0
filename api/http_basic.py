"""Users of the API: a file of names and bcrypt digests, as Ironic's."""

import hashlib
import hmac
import logging
import os
import re
import secrets
import threading
from collections.abc import Collection, Mapping
from pathlib import Path

import bcrypt

from trailmark.api import guards, tries
from trailmark.common import exceptions

LOG = logging.getLogger(__name__)
_DIGEST = re.compile(r'\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}')
#: The least that bcrypt takes.
_LEAST_COST = 4
#: What makes a digest of a salt, of no password that is known.
_FITS_NOTHING = b'.' * 31
#: Passwords that are remembered, so that each costs its digest once.
_MOST_KNOWN = 1000
#: Bytes of a password beyond which bcrypt looks at none.
_LONGEST = 72


class Users:
    """The users of a file, which is read again when it changes.

    Raises ConfigurationRefused.
    """

    def __init__(
        self,
        path: Path,
        admins: Collection[str],
        readers: Collection[str],
        counted: tries.Tries | None = None,
    ) -> None:
        self._path = path
        self._tries = counted or tries.Tries(10, 300.0)
        self._admins, self._readers = frozenset(admins), frozenset(readers)
        both = sorted(self._admins & self._readers)
        if both:
            raise exceptions.ConfigurationRefused(
                reason=f'[api] admins and readers both name {", ".join(both)}'
            )
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._digests: Mapping[str, bytes] = {}
        self._known: dict[bytes, None] = {}
        self._key = secrets.token_bytes(32)
        #: The greatest of the file: what every try costs that fails.
        self._cost = _LEAST_COST
        self._read()

    def caller(self, user: str, password: str, address: str) -> guards.Caller:
        """Who has this name and password, and asks from an address.

        Raises Unauthenticated, TriesExceeded, and ServiceUnavailable while
        something is wrong with the file.
        """
        return self.checked(user, password, address)[0]

    def checked(
        self, user: str, password: str, address: str
    ) -> tuple[guards.Caller, bytes]:
        """The same, with the digest that the password fits."""
        self._renew()
        self._tries.check(user, address)
        digest = self._digests.get(user)
        given = password.encode(errors='surrogatepass')
        if digest is None or not self._fits(given, digest):
            self._spend(given, digest)
            self._tries.failed(user, address)
            raise exceptions.Unauthenticated()
        self._tries.let_in(user, address)
        return guards.Caller(user, (self._role(user),)), digest

    def known(self, user: str) -> tuple[guards.Caller, bytes]:
        """A user by name alone, with the digest of the password.

        Raises the same.
        """
        self._renew()
        digest = self._digests.get(user)
        if digest is None:
            raise exceptions.Unauthenticated()
        return guards.Caller(user, (self._role(user),)), digest

    def _renew(self) -> None:
        try:
            self._read()
        except exceptions.ConfigurationRefused as error:
            LOG.error('Nobody is let in: %s', error)
            raise exceptions.ServiceUnavailable(
                reason='the users of the API can not be read'
            ) from error

    def _role(self, user: str) -> str:
        if user in self._admins:
            return 'admin'
        return 'reader' if user in self._readers else 'member'

    def _fits(self, given: bytes, digest: bytes) -> bool:
        if _is_none(given):
            return False
        mark = hmac.new(self._key, digest + given, hashlib.sha256).digest()
        if mark in self._known:
            return True
        if not bcrypt.checkpw(given, digest):
            return False
        with self._lock:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[mark] = None
        return True

    def _spend(self, given: bytes, digest: bytes | None) -> None:
        """Have a try that failed cost what every one does.

        Each cost is twice the one before: from that of a digest on they add
        up to the greatest, which is spent at once for who has none.
        """
        if _is_none(given):
            return
        first = self._cost if digest is None else _cost(digest)
        for cost in [first] if digest is None else range(first, self._cost):
            bcrypt.checkpw(given, bcrypt.gensalt(cost) + _FITS_NOTHING)

    def _read(self) -> None:
        with self._lock:
            try:
                found = os.stat(self._path)
                stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
                if stamp != self._stamp:
                    self._digests = _digests(self._path)
                    self._cost = max(map(_cost, self._digests.values()))
                    self._stamp = stamp
            except (OSError, UnicodeDecodeError) as error:
                raise exceptions.ConfigurationRefused(
                    reason=f'{self._path} can not be read: {error}'
                ) from error


def _is_none(given: bytes) -> bool:
    """Whether bcrypt would not look at all of a password."""
    return len(given) > _LONGEST or b'\0' in given


def _cost(digest: bytes) -> int:
    return int(digest[4:6])


def _digests(path: Path) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    wrong: list[str] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        user, _, digest = line.strip().partition(':')
        if not user or user.startswith('#'):
            continue
        if user in found:
            wrong.append(f'line {number}: {user} stands there twice')
        elif not _DIGEST.fullmatch(digest):
            wrong.append(f'line {number}: {user} has no bcrypt digest')
        found[user] = digest.encode()
    if wrong or not found:
        said = '; '.join(wrong) or 'it has no users'
        raise exceptions.ConfigurationRefused(reason=f'{path}: {said}')
    return found
