"""How far a step is, in a sentence (seed 001)."""

from trailmark.db import step_records

#: Units of time and the seconds that they have, the largest first.
_UNITS = (('day', 86400), ('hour', 3600), ('minute', 60), ('second', 1))
_SECOND = 1_000_000


def of(step: step_records.Step) -> str:
    """`Launching instances completed 1000 out of 1000 in 10 minutes`, or
    `Trying ssh completed: 59 out of 1000` of one that is not over."""
    counted = f'{step.completed} out of {step.total}'
    if not step.is_over or step.completed_at is None:
        return f'{step.name} completed: {counted}'
    began = step.started_at or step.completed_at
    return f'{step.name} completed {counted} in ' + duration(
        (step.completed_at - began) // _SECOND
    )


def duration(seconds: int) -> str:
    """The two largest units of a time: `1 hour 5 minutes`."""
    left = max(0, seconds)
    said: list[str] = []
    for unit, length in _UNITS:
        number, left = divmod(left, length)
        if number or (unit == 'second' and not said):
            said.append(f'{number} {unit}' + ('s' if number != 1 else ''))
    return ' '.join(said[:2])
