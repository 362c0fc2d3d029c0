"""The end of what a process prints, bounded."""

from collections.abc import Iterable

from trailmark.common import secrets
from trailmark.drivers import kept

LIMIT = kept.LIMIT


class Tail(kept.Kept):
    """The end of what a process prints, as people are told of it."""

    def after(self, place: int) -> tuple[int, bytes]:
        """What is kept from a place on, and where that begins.

        Where more was printed than is kept, it begins beyond what a secret
        that lies across the cut may have left.
        """
        begin = max(place, self._dropped)
        if place < self._dropped:
            begin += kept.MARGIN
        return begin, bytes(self._kept[begin - self._dropped :])

    def text(self, hidden: Iterable[str] = ()) -> str:
        """What is kept, masked, with a mark where the rest was cut."""
        self.drop()
        said = clean(bytes(self._kept), hidden).encode()
        cut = self._dropped + max(0, len(said) - LIMIT)
        if not cut:
            return said.decode()
        rest = said[-LIMIT:].decode(errors='ignore')
        return f'[... {cut} bytes cut]\n{rest}'


def clean(data: bytes, hidden: Iterable[str] = ()) -> str:
    """Bytes as text that every database takes, with secrets masked."""
    text = data.decode(errors='replace').replace('\0', '')
    return secrets.mask_text(text, hidden)


def last_line(text: str, limit: int = 500) -> str:
    """The last line that says something, at most `limit` characters."""
    lines = text.rstrip().rsplit('\n', 1)
    return lines[-1].strip()[-limit:]
