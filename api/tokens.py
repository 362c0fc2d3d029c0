"""Tokens: what stands for a name and a password for a while."""

import hashlib
import hmac

import itsdangerous

from trailmark.api import guards, http_basic
from trailmark.common import clock, exceptions

_PURPOSE = 'trailmark.token'
_MICROSECONDS = 1_000_000


class Tokens:
    """Signed by a secret, valid for so many seconds.

    Nothing is stored. A token ends early when its user is removed, or gets
    another password.
    """

    def __init__(
        self, users: http_basic.Users, secret: bytes, seconds: int
    ) -> None:
        self._users, self._secret, self._seconds = users, secret, seconds
        self._signer = itsdangerous.URLSafeTimedSerializer(
            secret,
            salt=_PURPOSE,
            signer_kwargs={'digest_method': hashlib.sha256},
        )

    def issue(self, user: str, password: str) -> guards.Token:
        """A token of who has this name and password.

        Raises Unauthenticated, ServiceUnavailable.
        """
        caller, digest = self._users.checked(user, password)
        now = clock.now()
        return guards.Token(
            self._signer.dumps([user, self._mark(digest)]),
            caller,
            now,
            now + self._seconds * _MICROSECONDS,
        )

    def caller(self, token: str) -> guards.Caller:
        """Who has this token. Raises Unauthenticated, ServiceUnavailable."""
        try:
            user, mark = self._signer.loads(token, max_age=self._seconds)
        except itsdangerous.BadData:
            raise exceptions.Unauthenticated() from None
        caller, digest = self._users.known(user)
        if not hmac.compare_digest(mark, self._mark(digest)):
            raise exceptions.Unauthenticated()
        return caller

    def _mark(self, digest: bytes) -> str:
        """What changes with the password, and tells nothing of it."""
        return hmac.new(self._secret, digest, hashlib.sha256).hexdigest()[:32]
