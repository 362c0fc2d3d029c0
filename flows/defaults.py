"""A task with its defaults filled in."""

from collections.abc import Mapping
from typing import Any

from trailmark.common import tasktypes
from trailmark.flows import graphs, parameters, plan


def is_unwanted(task: graphs.Task) -> bool:
    """Whether a task is skipped wherever it is: by type or by condition."""
    condition = task.body.get('condition')
    return task.type == 'skipped' or (condition is not None and not condition)


def fill(
    task: graphs.Task,
    place: tuple[int, int],
    kind: tasktypes.TaskType,
    context: Mapping[str, Any],
) -> plan.PlannedTask:
    """The task for a plan; `place` is its number and that of its graph.

    A task that is skipped everywhere has no parameters.
    """
    body = task.body
    written = {} if is_unwanted(task) else _mapping(body.get('parameters'))
    rendered = parameters.render(written, context)
    return plan.PlannedTask(
        *place,
        id=task.id,
        type=task.type,
        place=kind.place.value,
        parameters=rendered,
        retries=int(_number(rendered, 'retries', kind.retries)),
        interval=float(_number(rendered, 'interval', kind.interval)),
        timeout=float(_number(rendered, 'timeout', kind.timeout)),
        limit=limit(written),
        fail_on_error=bool(body.get('fail_on_error', True)),
        on_interrupt=body.get('on_interrupt', 'rerun'),
        secrets=parameters.secret_values(body, rendered),
        test_pre=_command(body.get('test_pre')),
        test_post=_command(body.get('test_post')),
        folder=task.provenance.folder,
    )


def limit(written: Mapping[str, Any]) -> int | None:
    """How many nodes may run a task at once, None for any number."""
    strategy = _mapping(written.get('strategy'))
    if strategy.get('type') == 'one_by_one':
        return 1
    amount = strategy.get('amount')
    return amount if type(amount) is int and amount > 0 else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(
    written: Mapping[str, Any], name: str, default: float
) -> float | int:
    value = written.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return value


def _command(test: Any) -> str | None:
    command = _mapping(test).get('cmd')
    return command if isinstance(command, str) else None
