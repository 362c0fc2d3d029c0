"""Tokens: what stands for a name and a password for a while."""

import datetime
import hashlib
import hmac

import itsdangerous

from trailmark.api import guards, http_basic
from trailmark.common import exceptions

_PURPOSE = 'trailmark.token'


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

    def issue(self, user: str, password: str, address: str) -> guards.Token:
        """A token of who has this name and password, and where that was.

        Raises Unauthenticated, TriesExceeded, ServiceUnavailable.
        """
        caller, digest = self._users.checked(user, password, address)
        text = self._signer.dumps([user, self._mark(digest)])
        return self._token(text, caller, datetime.datetime.now(datetime.UTC))

    def read(self, text: str) -> guards.Token:
        """A token that was given, while it is valid. Raises the same."""
        try:
            (user, mark), signed_at = self._signer.loads(
                text, max_age=self._seconds, return_timestamp=True
            )
        except itsdangerous.BadData:
            raise exceptions.Unauthenticated() from None
        caller, digest = self._users.known(user)
        if not hmac.compare_digest(mark, self._mark(digest)):
            raise exceptions.Unauthenticated()
        return self._token(text, caller, signed_at)

    def _token(
        self, text: str, caller: guards.Caller, since: datetime.datetime
    ) -> guards.Token:
        ends = since + datetime.timedelta(seconds=self._seconds)
        return guards.Token(text, caller, since, ends)

    def _mark(self, digest: bytes) -> str:
        """What changes with the password, and tells nothing of it."""
        return hmac.new(self._secret, digest, hashlib.sha256).hexdigest()[:32]
