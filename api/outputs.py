"""What attempts that run now print."""

from typing import Any

from trailmark.api import calls
from trailmark.db import outputs, records, runs


def of_run(call: calls.Call, run: int) -> calls.Answer:
    """The end of what each running attempt printed, as far as it is heard."""
    runs.check(call.db, run)
    found = outputs.of_run(call.db, run)
    return calls.Answer({'outputs': [_shape(each) for each in found]})


def _shape(output: records.OutputRow) -> dict[str, Any]:
    """`size` counts all characters, of which `tail` are the last."""
    return {
        'task': output.task,
        'node': output.node,
        'attempt': output.attempt,
        'size': output.size,
        'tail': output.tail,
    }
