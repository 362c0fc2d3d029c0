"""Drawings in DOT as Graphviz's grammar reads them."""

import pydot


def nodes(text: str) -> dict[str, dict[str, str]]:
    """Attributes of the nodes of a DOT text, by their names unquoted.

    Values are as they are written, quoted or not.
    """
    return {
        _unquoted(node.get_name()): node.get_attributes()
        for node in _read(text).get_nodes()
        if node.get_name() != 'node'
    }


def edges(text: str) -> set[tuple[str, str]]:
    """Names of the two ends of each edge."""
    return {
        (
            _unquoted(str(edge.get_source())),
            _unquoted(str(edge.get_destination())),
        )
        for edge in _read(text).get_edges()
    }


def _read(text: str) -> pydot.Dot:
    found = pydot.graph_from_dot_data(text)
    if not found:
        raise AssertionError(f'this is not DOT: {text[:2000]}')
    [graph] = found
    return graph


def _unquoted(name: str) -> str:
    inner = name[1:-1] if name.startswith('"') else name
    return inner.replace('\\"', '"').replace('\\\\', '\\')
