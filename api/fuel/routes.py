"""What of the API is Fuel's alone: method, path, view."""

from collections.abc import Callable

from trailmark.api import calls
from trailmark.api.fuel import (
    deployment_history,
    executions,
    tasks,
    tasks_history,
    transactions,
)

View = Callable[..., calls.Answer]

_TASK = '/api/v1/tasks/<int:task>'
_TRANSACTION = '/api/v1/transactions/<int:transaction>'

ROUTES: tuple[tuple[str, str, View], ...] = (
    ('POST', '/api/v1/graphs/execute', executions.create),
    ('GET', f'{_TASK}/deployment_tasks', tasks_history.of_task),
    ('GET', f'{_TASK}/tasks_history', tasks_history.of_task),
    ('GET', '/api/v1/tasks', tasks.index),
    ('GET', _TASK, tasks.show),
    ('DELETE', _TASK, tasks.delete),
    ('GET', '/api/v1/transactions', transactions.index),
    ('GET', _TRANSACTION, transactions.show),
    ('DELETE', _TRANSACTION, transactions.delete),
    ('GET', f'{_TRANSACTION}/deployment_history', deployment_history.show),
)
