"""What stands in paths: the parameters of routes by their names."""

from collections.abc import Mapping
from typing import Any

NUMBER = {'type': 'integer', 'minimum': 0, 'maximum': 2**63 - 1}
TEXT = {
    'type': 'string',
    'minLength': 1,
    'maxLength': 1024,
    'pattern': r'^[^\u0000]*$',
    'x-refusal': 'it has to be a text of 1 to 1024 characters without NUL',
}
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    'cluster': {'description': 'Name or id of a cluster.'},
    'graph': {'description': 'Id of a graph.'},
    'layer': {'enum': ['own', 'plugins', 'release']},
    'name': {'description': 'Its name.'},
    'node': {'description': 'Id of a node.'},
    'number': {'description': 'Number of a revision.'},
    'owner': {'description': 'Name or id of the owner.'},
    'plugin': {'description': 'Name or id of a plugin.'},
    'request': {'description': 'Id of a request, such as req-...'},
    'release': {'description': 'Name or id of a release.'},
    'run': {'description': 'Id of a run.'},
    'role': {'description': 'Name of a role.'},
    'sequence': {'description': 'Id of a sequence.'},
    'server': {'description': 'Id of a server: that of its node.'},
    'task': {'description': 'Id of a task: that of its run.'},
    'transaction': {'description': 'Id of a transaction: that of its run.'},
    'tenant': {'description': 'Id of a project.'},
    'type': {'description': 'Type of a graph.'},
}
