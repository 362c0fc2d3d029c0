"""YAML texts as JSON values, with everything wrong in them."""

import contextlib
import gc
import math
from collections.abc import Iterator
from typing import Any

import yaml

from trailmark.common import numbers, problems
from trailmark.flows import surrogates

#: Levels of lists and mappings in one another.
MAX_DEPTH = 50
#: Values of one file, with every alias written out.
MAX_VALUES = 1_000_000

_TOO_MANY = f'more than {MAX_VALUES} values, aliases written out'
_TOO_DEEP = f'more than {MAX_DEPTH} levels deep'
_TAG = 'tag:yaml.org,2002:'
_STR = f'{_TAG}str'
_MERGE = f'{_TAG}merge'
_PLAIN_TAGS = frozenset(
    _TAG + name
    for name in ('str', 'int', 'float', 'bool', 'null', 'map', 'seq', 'merge')
)
#: Characters of a whole number that fits however it is written: 0x and 13
#: digits; and of the longest that does, in bits with signs between them.
_SHORT, _LONGEST_NUMBER = 16, 200
_CONSTRUCTOR: Any = yaml.constructor.SafeConstructor()
_Base: Any = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Dates stay the text that they are: JSON has none."""

    yaml_implicit_resolvers = {
        first: [entry for entry in entries if entry[0] != f'{_TAG}timestamp']
        for first, entries in _Base.yaml_implicit_resolvers.items()
    }


class _Unacceptable(Exception):
    """What can't be taken for a JSON value, and the mark where it stands."""

    def __init__(self, message: str, where: yaml.Node | yaml.Event) -> None:
        super().__init__(message)
        self.mark = where.start_mark


def read(text: str, file: str) -> tuple[Any, tuple[problems.Problem, ...]]:
    """The JSON value of a YAML text, None when it can't be read."""
    with _uncollected():
        return _read(text, file)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which takes most of the time else.

    The many nodes of a document are all alive until it is read.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(text: str, file: str) -> tuple[Any, tuple[problems.Problem, ...]]:
    found: list[problems.Problem] = []
    try:
        pairs = surrogates.Pairs(text)
        _check_events(pairs.text)
        loader = _Loader(pairs.text)
        try:
            return _construct(loader, pairs, file, found), tuple(found)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        said = ' '.join(
            part for part in (error.context, error.problem) if part
        )
        mark = error.problem_mark or error.context_mark
        return None, (_broken(said, mark, file),)
    except _Unacceptable as error:
        return None, (_broken(str(error), error.mark, file),)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = ' '.join(str(error).split())
        return None, (_broken(said, _mark_of(error, text), file),)


def _construct(
    loader: Any,
    pairs: surrogates.Pairs,
    file: str,
    found: list[problems.Problem],
) -> Any:
    root = loader.get_single_node()
    if root is None:
        return None
    for node in _measured(root):
        if isinstance(node, yaml.ScalarNode):
            pairs.restore(node)
        _check_node(node)
        if isinstance(node, yaml.MappingNode):
            found.extend(_repeated_keys(node, file))
    return loader.construct_document(root)


def _check_events(text: str) -> None:
    """Refuse what is deep or large before it is composed.

    The composer would crash on the one, and take all memory for the other.
    """
    parser = _Base(text)
    try:
        depth = count = 0
        while parser.check_event():
            event = parser.get_event()
            count += isinstance(event, yaml.NodeEvent)
            if count > MAX_VALUES:
                raise _Unacceptable(_TOO_MANY, event)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                raise _Unacceptable(_TOO_DEEP, event)
    finally:
        parser.dispose()


def _broken(said: str, mark: Any, file: str) -> problems.Problem:
    where = _place(mark) if mark is not None else 'this file'
    return problems.Problem(f'broken YAML in {where}: {said}', file)


def _place(mark: Any) -> str:
    return f'line {mark.line + 1}, column {mark.column + 1}'


def _mark_of(error: Exception, text: str) -> Any:
    position = getattr(error, 'position', None)
    if not isinstance(position, int):
        return None
    line = text.count('\n', 0, position)
    column = position - (text.rfind('\n', 0, position) + 1)
    return yaml.Mark('', position, line, column, None, 0)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _measured(root: yaml.Node) -> list[yaml.Node]:
    """Every node once, however many aliases it has.

    Refuses what is too deep, too large or inside itself when written out.
    """
    nodes: list[yaml.Node] = []
    measures: dict[int, tuple[int, int]] = {}
    inside: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            inside.discard(id(node))
            measures[id(node)] = _sum_up(node, measures)
        elif id(node) in inside:
            raise _Unacceptable('an alias stands inside what it names', node)
        elif id(node) not in measures:
            nodes.append(node)
            if isinstance(node, yaml.ScalarNode):
                measures[id(node)] = 1, 1
                continue
            inside.add(id(node))
            waiting.append((node, True))
            waiting.extend((child, False) for child in _children(node))
    return nodes


def _sum_up(
    node: yaml.Node, measures: dict[int, tuple[int, int]]
) -> tuple[int, int]:
    """Size and depth of a node whose children were measured."""
    size, depth = 1, 0
    for child in _children(node):
        measured = measures[id(child)]
        size += measured[0]
        depth = max(depth, measured[1])
    if depth >= MAX_DEPTH:
        raise _Unacceptable(_TOO_DEEP, node)
    if size > MAX_VALUES:
        raise _Unacceptable(_TOO_MANY, node)
    return size, depth + 1


def _check_node(node: yaml.Node) -> None:
    if node.tag == f'{_TAG}value':
        node.tag = _STR
    if node.tag not in _PLAIN_TAGS:
        kind = node.tag.replace(_TAG, '!!')
        raise _Unacceptable(f'{kind} values are not taken', node)
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            _check_key(key)
    elif isinstance(node, yaml.ScalarNode):
        _check_scalar(node)


def _check_key(key: yaml.Node) -> None:
    """Keys are text in JSON: `1` and `on` stay as they were written."""
    if not isinstance(key, yaml.ScalarNode):
        raise _Unacceptable('a list or mapping is no name of a field', key)
    if key.tag != _MERGE:
        key.tag = _STR


def _check_scalar(node: yaml.ScalarNode) -> None:
    if '\0' in node.value:
        raise _Unacceptable('the character NUL is not taken', node)
    if node.tag == f'{_TAG}float' and not _finite(node):
        raise _Unacceptable(f'{node.value[:60]} is no number', node)
    if node.tag == f'{_TAG}int' and not _fits(node):
        said = f'{node.value[:60]} is beyond 64 bits'
        raise _Unacceptable(said, node)


def _finite(node: yaml.ScalarNode) -> bool:
    try:
        return math.isfinite(_CONSTRUCTOR.construct_yaml_float(node))
    except (ValueError, OverflowError):
        return False


def _fits(node: yaml.ScalarNode) -> bool:
    """Whether every database keeps a whole number; short ones fit."""
    if len(node.value) < _SHORT:
        return True
    if len(node.value) > _LONGEST_NUMBER:
        return False
    number: int = _CONSTRUCTOR.construct_yaml_int(node)
    return numbers.SMALLEST <= number <= numbers.LARGEST


def _repeated_keys(
    node: yaml.MappingNode, file: str
) -> Iterator[problems.Problem]:
    seen = set()
    for key, _ in node.value:
        if key.tag == _MERGE:
            continue
        if key.value in seen:
            yield problems.Problem(
                f'{key.value} stands twice, again in '
                f'{_place(key.start_mark)}: the last one counts',
                file,
                severity=problems.Severity.WARNING,
            )
        seen.add(key.value)
