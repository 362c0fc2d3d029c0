"""Characters that a text escapes in two halves, as JSON does and YAML not."""

import re

import yaml

#: An escape; of a pair both halves.
_ESCAPE = re.compile(
    r'\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|.)',
    re.DOTALL,
)
#: One of these stands before a pair that is hidden; no text has them all.
_PRIVATE = range(0xE000, 0xF8FF)


class Pairs:
    """The escaped pairs of a YAML text, which no parser of YAML reads.

    In `text` each is hidden; `restore` puts it into what was parsed.
    """

    def __init__(self, text: str) -> None:
        self.text, self._mark = text, ''
        if not re.search(r'\\u[dD][89abAB]', text):
            return
        self._mark = _unused(text)
        if not self._mark:
            return
        self.text = _ESCAPE.sub(self._hide, text)

    def _hide(self, escape: re.Match[str]) -> str:
        if escape[1] is None:
            return escape[0]
        return self._mark + escape[1] + escape[2]

    def restore(self, node: yaml.ScalarNode) -> None:
        """Have a text be what its file says: quoted by `"` it is escaped."""
        if self._mark and self._mark in node.value:
            is_escaped = node.style == '"'
            first, *others = node.value.split(self._mark)
            node.value = first + ''.join(
                _shown(each[:8], is_escaped) + each[8:] for each in others
            )


def _unused(text: str) -> str:
    used = set(text)
    return next(filter(lambda each: each not in used, map(chr, _PRIVATE)), '')


def _shown(halves: str, is_escaped: bool) -> str:
    if not is_escaped:
        return f'\\u{halves[:4]}\\u{halves[4:]}'
    return bytes.fromhex(halves).decode('utf-16-be')
