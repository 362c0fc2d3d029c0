"""Regular expressions of graphs, matched in time linear in the text."""

import re

import re2

#: Characters between the slashes.
LONGEST = 1000
#: Instructions that an expression is compiled to.
LARGEST = 1000
#: Bytes that RE2 may take for one expression.
_MEMORY = 2**20
#: RE2 reads these, and means something else than Python's `re`.
_OTHERWISE = (
    (re.compile(r'\{,[0-9]+\}'), 'say {0,n} for {,n}'),
    (re.compile(r'\\C'), r'\C is half a character'),
)
_LACKING = (
    'lookahead, lookbehind, backreferences, atomic groups and possessive '
    'repetition are not taken: see https://github.com/google/re2/wiki/Syntax'
)


class Refused(ValueError):
    """An expression that is none of RE2, or too large; says why."""


class Pattern:
    """What stands between the slashes of `/regex/`. Raises Refused."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise Refused(f'it is longer than {LONGEST} characters')
        for meant, reason in _OTHERWISE:
            if meant.search(text):
                raise Refused(reason)
        try:
            self._compiled = re2.compile(text, _options())
        except re2.error as error:
            raise Refused(_reason(error)) from error
        except UnicodeEncodeError:
            raise Refused('it has half of a surrogate pair') from None
        #: Steps that a match takes at most, for each character.
        self.size: int = self._compiled.programsize
        if self.size > LARGEST:
            raise Refused('it is too large: repeat less, or say fewer names')

    def begins(self, name: str) -> bool:
        """Whether it matches the beginning of a name."""
        return self._compiled.match(name) is not None


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    # Groups are of no use here, and slow.
    options.never_capture = True
    return options


def _reason(error: re2.error) -> str:
    said = error.args[0]
    text = said.decode(errors='replace') if isinstance(said, bytes) else said
    if text.startswith(('invalid perl', 'invalid escape', 'bad repetition')):
        return f'{text}; {_LACKING}'
    return str(text)
