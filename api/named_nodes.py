"""Nodes that a request names: by their names, or by their ids."""

from trailmark.api import calls
from trailmark.common import numbers
from trailmark.db import nodes


def by_name(call: calls.Call, field: str) -> tuple[str | int, ...]:
    """Names; a number is an id where no node is called so.

    Where one is and another has the id, the answer says which is meant.
    """
    return tuple(_meant(call, said) for said in call.texts(field) or ())


def by_id(call: calls.Call, field: str) -> tuple[str | int, ...]:
    """The same for Fuel's clients, whose numbers are ids."""
    return tuple(map(of_fuel, call.texts(field) or ()))


def of_fuel(said: str) -> str | int:
    """The id that a text is, else the name. Raises InvalidInput."""
    number = numbers.identifier(said)
    if number is None:
        numbers.refuse_beyond(said, 'nodes')
        return said
    return number


def _meant(call: calls.Call, said: str) -> str | int:
    number = numbers.identifier(said)
    if number is None:
        return said
    if not nodes.known(call.db, said):
        return number
    if nodes.known(call.db, number):
        call.notes.append(
            f'{said} is the name of a node and the id of another: '
            'the name is meant'
        )
    return said
