"""Small deployment folders for the tests of loading and checking."""

from collections.abc import Mapping, Sequence

from trailmark.common import exceptions, problems, tasktypes
from trailmark.flows import graphs, loading, merging


def _type(
    name: str, *required: str, refusal: str | None = None
) -> tasktypes.TaskType:
    parameters = {
        'type': 'object',
        'required': list(required),
        'properties': {key: {'type': 'string'} for key in required},
    }
    return tasktypes.TaskType(name, parameters, refusal=refusal)


CATALOG: tasktypes.Catalog = {
    **tasktypes.BUILT_IN,
    'noop': _type('noop'),
    'shell': _type('shell', 'cmd'),
    'puppet': _type('puppet', 'puppet_manifest', refusal='not here'),
}
NODES = '[{name: n1, roles: [web]}]'


def load(
    files: Mapping[str, str] | None = None, **tops: str
) -> tuple[graphs.Deployment, tuple[problems.Problem, ...]]:
    """The folder `shop` with these files; tops are `nodes='...'`."""
    texts = {'nodes.yaml': NODES, **(files or {})}
    texts |= {f'{stem}.yaml': text for stem, text in tops.items()}
    return read(texts)


def read(
    texts: Mapping[str, str],
) -> tuple[graphs.Deployment, tuple[problems.Problem, ...]]:
    """The folder `shop` with these files alone, or InvalidInput."""
    deployment, reading = loading.read_deployment(texts, 'shop', CATALOG)
    if reading.is_refused:
        raise exceptions.InvalidInput(reading.found)
    return deployment, reading.found


def release(text: str) -> graphs.Graph:
    """The graph of a folder with one file of tasks."""
    deployment, _ = load({'release/default.yaml': text})
    return merging.merge(deployment.layers, 'default')


def refusal(
    files: Mapping[str, str] | None = None, **tops: str
) -> Sequence[str]:
    """What is said of a folder that is refused; nothing if it is taken."""
    try:
        load(files, **tops)
    except exceptions.InvalidInput as error:
        return [str(problem) for problem in error.problems]
    return []


def refused_tasks(text: str) -> Sequence[str]:
    """What is said of a folder with one file of tasks."""
    return refusal({'release/default.yaml': text})
