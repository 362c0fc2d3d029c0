"""What who asks may do, for those who show it before it is asked for."""

from trailmark.api import calls, guards


def show(call: calls.Call) -> calls.Answer:
    """The caller, and whether the rules of a run's changes are granted."""
    guard, caller = call.context.guard, call.caller
    return calls.Answer(
        {
            'user': caller.user,
            'roles': list(caller.roles),
            'rules': {rule: guard.may(caller, rule) for rule in guards.ASKED},
        }
    )
