"""Files of master over oslo.messaging: agents of other nodes read them."""

import dataclasses
import errno
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from trailmark.common import exceptions
from trailmark.messaging import targets, threaded, transport, wire

LOG = logging.getLogger(__name__)
_NAMESPACE = 'files'
_Said = TypeVar('_Said')


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A file below a folder: `path` is relative to it, modes are numbers."""

    path: str
    mode: int
    folder_mode: int


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """Files below a folder in order; `more` after the last of them.

    `is_folder` is False for what is none.
    """

    is_folder: bool
    files: tuple[Entry, ...] = ()
    more: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a file; `version` changes with the file.

    The last piece has the `digest`, SHA-256, of all of them.
    """

    data: bytes
    version: str
    digest: str | None = None


class Files(Protocol):
    """Files of a machine by absolute paths. Both raise OSError."""

    def page(self, path: str, start: int) -> Page:
        """Files below a folder, from the one of this number."""

    def piece(self, path: str, offset: int) -> Piece:
        """Bytes of a plain file from an offset."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Answer:
    page: Page | None = None
    piece: Piece | None = None
    #: Number, text and path of an OSError.
    error: tuple[int, str, str] | None = None


class FileClient:
    """Implements Files by asking the agents of a node.

    They are gone after `alive` seconds without a sign of life; an answer
    may take `patience` seconds.
    """

    def __init__(
        self,
        way: Any,
        node: str,
        alive: int = 5,
        patience: float = 600.0,
    ) -> None:
        self._node = node
        target = targets.agents(way, node)
        target.namespace = _NAMESPACE
        self._client = threaded.messaging.get_rpc_client(
            way,
            target,
            timeout=patience,
            call_monitor_timeout=alive,
        )

    def page(self, path: str, start: int) -> Page:
        """Files below a folder."""
        return _given(self._call('page', path, start=start).page)

    def piece(self, path: str, offset: int) -> Piece:
        """Bytes of a plain file."""
        return _given(self._call('piece', path, offset=offset).piece)

    def _call(self, method: str, path: str, **what: int) -> _Answer:
        way = self._client.prepare(retry=transport.RETRIES)
        try:
            said = way.call({}, method, path=path, **what)
            answer = wire.load(said, _Answer)
        except threaded.messaging.MessagingTimeout as error:
            reason = f'no agent of node {self._node} answers'
            raise OSError(errno.ETIMEDOUT, reason, path) from error
        except Exception as error:
            # What fails there is raised here, as what it was if it can be.
            reason = f'node {self._node} does not give it: {error}'
            raise OSError(errno.EIO, reason, path) from error
        if answer.error is not None:
            raise OSError(*answer.error)
        return answer


def _given(said: _Said | None) -> _Said:
    if said is None:
        raise OSError(errno.EPROTO, 'an answer says nothing')
    return said


class Endpoint:
    """Gives files of this machine to agents of other nodes."""

    target = threaded.messaging.Target(
        namespace=_NAMESPACE, version=targets.VERSION
    )

    def __init__(self, files: Files) -> None:
        self._files = files

    def page(self, ctxt: Mapping[str, Any], path: Any, start: Any) -> Any:
        """Files below a folder."""
        return _answered(
            lambda: _Answer(
                page=self._files.page(wire.load(path, str), _number(start))
            )
        )

    def piece(self, ctxt: Mapping[str, Any], path: Any, offset: Any) -> Any:
        """Bytes of a plain file."""
        return _answered(
            lambda: _Answer(
                piece=self._files.piece(wire.load(path, str), _number(offset))
            )
        )


def _number(said: Any) -> int:
    number = wire.load(said, int)
    if not 0 <= number < 2**63:
        raise exceptions.MessageRefused(reason='a number is out of bounds')
    return number


def _answered(answer: Callable[[], _Answer]) -> Any:
    try:
        return wire.dump(answer())
    except (OSError, ValueError) as error:
        number = getattr(error, 'errno', None) or errno.EINVAL
        reason = getattr(error, 'strerror', None) or str(error)
        path = getattr(error, 'filename', None) or ''
        return wire.dump(_Answer(error=(number, str(reason), str(path))))
    except exceptions.MessageRefused as error:
        LOG.warning('A wish for a file is refused: %s', error)
        return wire.dump(_Answer(error=(errno.EINVAL, str(error), '')))
