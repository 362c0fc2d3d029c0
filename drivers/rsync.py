"""How rsync is asked, and what its answers mean."""

import re
import urllib.parse
from collections.abc import Iterator

from trailmark.drivers import output

#: Fuel: what it always ran; by content, and what the source lacks goes.
_OPTIONS = ('-c', '-r', '--delete', '-l')
#: What is done, bytes, path; a line for each change.
_FORMAT = '--out-format=%i %l %n%L'
_LINE = re.compile(r'(\S{11}|\*deleting) +(\d+) (.+)')
_PASSWORD = re.compile('(?<=^rsync://)([^/@:]*):([^/@]*)@')
#: Changes of which the sentence is kept.
_MOST = 50
_CODES = {
    1: 'rsync does not know an option',
    2: 'the other rsync is not compatible',
    3: 'source or destination can not be selected',
    4: 'the other rsync can not do this',
    5: 'the rsync daemon refuses',
    6: 'the rsync daemon can not write its log',
    10: 'the connection failed',
    11: 'reading or writing a file failed',
    12: 'the connection broke',
    13: 'rsync could not report',
    14: 'processes of rsync lost each other',
    20: 'rsync was interrupted',
    21: 'a process of rsync failed',
    22: 'there is too little memory',
    23: 'some files could not be transferred',
    24: 'files of the source vanished meanwhile',
    25: 'too much would be deleted',
    30: 'the other side fell silent',
    35: 'the rsync daemon does not answer',
    127: 'rsync was not found',
    255: 'the remote shell failed',
}


def is_remote(src: str) -> bool:
    """Whether a source is on another host: a URL or host:path."""
    return ':' in src.partition('/')[0]


def command(
    src: str, dst: str, noop: bool
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Program and environment; a password is only in the environment."""
    more = {'LC_ALL': 'C'}
    found = _PASSWORD.search(src)
    if found is not None:
        more['RSYNC_PASSWORD'] = urllib.parse.unquote(found[2])
        src = _PASSWORD.sub(r'\1@', src)
    dry = ('-n',) if noop else ()
    return ('rsync', *dry, *_OPTIONS, _FORMAT, '--', src, dst), more


def reason(status: int, stderr: str) -> str:
    """What an exit status means, with the first thing that was said."""
    said = _CODES.get(status, 'rsync failed')
    lines = [line.strip() for line in stderr.split('\n') if line.strip()]
    first = f': {lines[0][:500]}' if lines else ''
    return f'{said} (exit code {status}){first}'


class Changes(output.Tail):
    """Takes in the changes that rsync tells, and counts them."""

    def __init__(self) -> None:
        super().__init__()
        self._line = b''
        self._said: list[str] = []
        self.written = self.deleted = self.bytes = self.count = 0

    def add(self, data: bytes) -> None:
        """Take more of its output in."""
        *whole, self._line = (self._line + data).split(b'\n')
        for line in whole:
            self._take(line.decode(errors='replace'))

    def _take(self, line: str) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            return
        what, length, path = found.groups()
        self.count += 1
        if what == '*deleting':
            self.deleted += 1
        elif what[1] == 'f' and what[0] in '<>c':
            self.written += 1
            self.bytes += int(length)
        if len(self._said) < _MOST:
            self._said.append(f'{_verb(what)} {path}')

    def told(self) -> Iterator[str]:
        """The first changes as sentences, and how many more there are."""
        yield from self._said
        if self.count > len(self._said):
            yield f'and {self.count - len(self._said)} more'


def _verb(what: str) -> str:
    if what == '*deleting':
        return 'delete'
    if what[0] == '.':
        return 'adapt'
    is_new = what.endswith('+++')
    kind = {'d': 'the folder ', 'L': 'the link '}.get(what[1], '')
    return f'{"add" if is_new else "replace"} {kind}'.rstrip()
