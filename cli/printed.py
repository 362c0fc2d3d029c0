"""What running tasks print: the lines that were not shown yet."""

from collections.abc import Iterable, Sequence

from trailmark.cli import remote

_Key = tuple[str, str | None, int]


class Printed:
    """Remembers how much of the output of each attempt was shown."""

    def __init__(self) -> None:
        self._shown: dict[_Key, int] = {}

    def news(
        self, outputs: Iterable[remote.Document]
    ) -> list[tuple[remote.Document, Sequence[str]]]:
        """New lines of each output that has any.

        Where more is new than was kept, the lines begin with a mark.
        """
        found: list[tuple[remote.Document, Sequence[str]]] = []
        for output in outputs:
            key = output['task'], output['node'], output['attempt']
            new = output['size'] - self._shown.get(key, 0)
            if new > 0:
                self._shown[key] = output['size']
                found.append((output, _lines(output['tail'], new)))
        return found


def _lines(tail: str, new: int) -> list[str]:
    if new <= len(tail):
        return tail[len(tail) - new :].splitlines()
    whole = tail.partition('\n')[2] or tail
    return ['...', *whole.splitlines()]
