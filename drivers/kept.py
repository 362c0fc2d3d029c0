"""The last bytes of a stream, and how many went before them."""

#: Bytes that are kept of one stream.
LIMIT = 16 * 1024
#: A secret that lies across the cut is still seen whole, if it fits in here.
MARGIN = 4 * 1024


class Kept:
    """Takes bytes in and keeps the last of them."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._dropped = 0

    def add(self, data: bytes) -> None:
        """Take more output in."""
        self._kept += data
        if len(self._kept) > 4 * LIMIT:
            self.drop()

    def drop(self) -> None:
        """Drop what is more than has to be kept."""
        surplus = max(0, len(self._kept) - LIMIT - MARGIN)
        self._dropped += surplus
        del self._kept[:surplus]

    def state(self) -> tuple[int, bytes]:
        """How many bytes were dropped, and those that are kept."""
        self.drop()
        return self._dropped, bytes(self._kept)

    def restore(self, dropped: int, kept: bytes) -> None:
        """Become what another one was."""
        self._dropped, self._kept = dropped, bytearray(kept)
