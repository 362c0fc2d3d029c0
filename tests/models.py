"""The models of the protocol, as SPIN checks them."""

import dataclasses
import functools
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from trailmark.tests import sources

FOLDER = sources.ROOT / 'models'
#: What makes the search small enough for every change.
SHORT = {'attempts': ('-DEPOCHS=2',)}
_GUARD = re.compile(r'^   - ([a-z-]+): ((?:.+\n)(?:     .+\n)*)', re.MULTILINE)
_STATES = re.compile(r'(\d+) states, stored')
_BROKEN = re.compile(
    r'^pan:1: (assertion violated|acceptance cycle)', re.MULTILINE
)
_TRUNCATED = 'Search not completed'
_HEAD = """\
.. csv-table::
   :header: "Guard", "Switch", "Model", "What breaks without it",
            "States until it breaks", "States with it"
   :widths: 14, 18, 8, 40, 10, 10

"""
_LINE = re.compile(r'^   ([a-z-]+), ``NO_.*, (\d+), (\d+)$', re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Model:
    """A model, and what breaks without each of its guards."""

    name: str
    text: str
    guards: dict[str, str]
    is_fair: bool


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a search found: states it saw, and whether something broke."""

    states: int
    broken: str | None


def missing() -> str | None:
    """Which tool the check lacks; None: all are there."""
    lacking = [each for each in ('spin', 'gcc') if not shutil.which(each)]
    if not lacking:
        return None
    names = ' and '.join(lacking)
    return f'the models are not checked without {names}: apt-get install it'


@functools.cache
def all_models() -> tuple[Model, ...]:
    """Every model, by name."""
    return tuple(_read(path) for path in sorted(FOLDER.glob('*.pml')))


def _read(path: pathlib.Path) -> Model:
    text = path.read_text()
    head = text.partition('*/')[0]
    guards = {
        name: ' '.join(breaks.split()) for name, breaks in _GUARD.findall(head)
    }
    return Model(path.stem, text, guards, 'weak fairness' in head)


def switch(guard: str) -> str:
    """The macro that leaves a guard out."""
    return 'NO_' + guard.upper().replace('-', '_')


def switches(model: Model) -> set[str]:
    """The macros that the text of a model asks for."""
    return set(re.findall(r'^#ifn?def (NO_\w+)$', model.text, re.MULTILINE))


def check(
    model: Model, without: str | None = None, macros: tuple[str, ...] = ()
) -> Verdict:
    """Search all states of a model, or until something breaks.

    Raises RuntimeError for a search that did not come to its end.
    """
    left_out = () if without is None else (f'-D{switch(without)}',)
    # A whole search is long, one without a guard soon finds what breaks.
    speed = '-O2' if without is None else '-O0'
    kind = () if model.is_fair else ('-DSAFETY',)
    wish = ('-a', '-f') if model.is_fair else ()
    with tempfile.TemporaryDirectory(prefix='model') as folder:
        path = pathlib.Path(folder) / f'{model.name}.pml'
        path.write_text(model.text)
        _run(folder, 'spin', *left_out, *macros, '-a', path.name)
        _run(
            *(folder, 'gcc', '-w', speed, '-DCOLLAPSE', '-DMEMLIM=4000'),
            *(*kind, '-o', 'pan', 'pan.c'),
        )
        said = _run(folder, './pan', '-E', '-m1000000', *wish)
    broken = _BROKEN.search(said)
    states = _STATES.search(said)
    if states is None or (broken is None and _TRUNCATED in said):
        raise RuntimeError(f'{model.name}: the search did not end: {said}')
    return Verdict(int(states[1]), broken and broken[1])


def _run(folder: str, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f'{command}: {done.stdout}{done.stderr}')
    return done.stdout


def table() -> str:
    """What the README says: each guard, and what breaks without it."""
    lines = [_HEAD]
    for model in all_models():
        whole = check(model)
        for guard, breaks in model.guards.items():
            found = check(model, guard)
            lines.append(
                f'   {guard}, ``{switch(guard)}``, {model.name}, "{breaks}",'
                f' {found.states}, {whole.states}\n'
            )
    return ''.join(lines)


def stated() -> dict[str, tuple[int, int]]:
    """States until it breaks and states with it, by guard, as the README \
has them."""
    text = (FOLDER / 'README.rst').read_text()
    return {
        guard: (int(until), int(whole))
        for guard, until, whole in _LINE.findall(text)
    }


if __name__ == '__main__':
    sys.stdout.write(table())
