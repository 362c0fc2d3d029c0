"""What a job prints, told while it runs: whole lines, secrets masked."""

from collections.abc import Sequence

from trailmark.drivers import output

#: Characters that are told of the end of what was printed.
LIMIT = 4096


class Live:
    """Follows what streams print; `size` counts all characters told of.

    A line that has not ended waits, and so does what may be the beginning
    of a secret of several lines.
    """

    def __init__(self, hidden: Sequence[str]) -> None:
        self._hidden = hidden
        self._secrets = [each.encode() for each in hidden if '\n' in each]
        self._taken: dict[int, int] = {}
        self.size = 0
        self.tail = ''

    def take(self, *streams: output.Tail) -> bool:
        """Take in what is new; whether there was something."""
        text = ''.join(
            self._new(number, stream) for number, stream in enumerate(streams)
        )
        self.size += len(text)
        self.tail = (self.tail + text)[-LIMIT:]
        return bool(text)

    def _new(self, number: int, stream: output.Tail) -> str:
        start, data = stream.after(self._taken.get(number, 0))
        data = data[: data.rfind(b'\n') + 1]
        data = data[: len(data) - self._withheld(data)]
        self._taken[number] = start + len(data)
        return output.clean(data, self._hidden)

    def _withheld(self, data: bytes) -> int:
        """Bytes at the end that a secret may begin with."""
        return max(
            (
                length
                for secret in self._secrets
                for length in range(1, len(secret))
                if data.endswith(secret[:length])
            ),
            default=0,
        )
