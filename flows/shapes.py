"""The shapes of tasks, graphs and the files around them, as JSON schemas."""

#: What can't stand in names that commands and vertices are made of.
NAME = r'^(?!\.{1,2}$)[^\s@/,:\x00-\x1f]+$(?!\n)'

_NAMES = {'type': ['array', 'null'], 'items': {'type': 'string'}}
_NAME_OR_NAMES = {'type': ['string', 'array'], 'items': {'type': 'string'}}
_SECONDS = {'type': 'number', 'minimum': 0, 'maximum': 1_000_000_000}
_RELATION = {
    'type': 'object',
    'required': ['name'],
    'properties': {
        'name': {'type': 'string', 'minLength': 1},
        'role': _NAME_OR_NAMES,
        'roles': _NAME_OR_NAMES,
        'tags': _NAME_OR_NAMES,
        'policy': {'enum': ['all', 'any']},
    },
}
_RELATIONS = {'type': ['array', 'null'], 'items': _RELATION}
_TEST = {
    'type': ['object', 'null'],
    'required': ['cmd'],
    'properties': {'cmd': {'type': 'string', 'minLength': 1}},
}
STRATEGY = {
    'type': 'object',
    'required': ['type'],
    'properties': {
        'type': {'enum': ['parallel', 'one_by_one']},
        'amount': {'type': ['integer', 'null'], 'minimum': 0},
    },
}
TASK = {
    'type': 'object',
    'required': ['id', 'type'],
    'properties': {
        'id': {
            'type': 'string',
            'pattern': r'^(?!/.*/$)(?!\s)[^@,\x00-\x1f]{1,255}(?<!\s)$(?!\n)',
            'description': 'a name without @, commas and blanks at its ends '
            'that is no /regex/',
        },
        'type': {'type': 'string'},
        'version': {
            'type': 'string',
            'pattern': r'^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}$',
            'description': 'a text such as 2.1.0',
        },
        'condition': {'type': ['boolean', 'string', 'null']},
        'requires': _NAMES,
        'required_for': _NAMES,
        'cross-depends': _RELATIONS,
        'cross_depends': _RELATIONS,
        'cross-depended-by': _RELATIONS,
        'cross_depended_by': _RELATIONS,
        'tasks': _NAMES,
        'parameters': {'type': ['object', 'null']},
        'fail_on_error': {'type': 'boolean'},
        'removed': {'type': 'boolean'},
        'on_interrupt': {'enum': ['rerun', 'fail']},
        'secrets': _NAMES,
        'test_pre': _TEST,
        'test_post': _TEST,
    },
}
REMOVAL = {**TASK, 'required': ['id']}
#: Keys of a task that mean something but whose shape is not refused.
LOOSE_KEYS = (
    'role',
    'roles',
    'tags',
    'groups',
    'fault_tolerance',
    'refresh_on',
    'reexecute_on',
    'stage',
    'skipped',
)
TASK_KEYS = (*TASK['properties'], *LOOSE_KEYS)
RELATION_KEYS = tuple(_RELATION['properties'])
PARAMETERS = {
    'type': 'object',
    'properties': {
        'retries': {'type': 'integer', 'minimum': 0, 'maximum': 1_000_000},
        'interval': _SECONDS,
        'timeout': _SECONDS,
    },
}
_ATTRIBUTES = {
    'type': ['object', 'null'],
    'properties': {
        'node_attributes': {
            'type': ['object', 'null'],
            'properties': {
                'status': {
                    'enum': [
                        'ready',
                        'discover',
                        'provisioning',
                        'provisioned',
                        'deploying',
                        'error',
                        'removing',
                        'stopped',
                        'deleted',
                    ]
                },
                'pending_addition': {'type': 'boolean'},
                'pending_deletion': {'type': 'boolean'},
                'error_msg': {'type': 'string'},
                'error_type': {
                    'enum': [
                        'deploy',
                        'provision',
                        'deletion',
                        'discover',
                        'stop_deployment',
                    ]
                },
            },
        }
    },
}
GRAPH = {
    'type': 'object',
    'additionalProperties': False,
    'properties': {
        'name': {'type': ['string', 'null']},
        'type': {'type': ['string', 'null']},
        'node_filter': {'type': ['string', 'null']},
        'on_success': _ATTRIBUTES,
        'on_error': _ATTRIBUTES,
        'on_stop': _ATTRIBUTES,
        'tasks': {'type': ['array', 'null']},
    },
}
_NAMED = {
    'type': 'string',
    'pattern': NAME,
    'maxLength': 255,
    'description': 'a name without blanks and @ / , :',
}
DEPLOYMENT = {
    'type': 'object',
    'additionalProperties': False,
    'properties': {
        'name': {
            'type': 'string',
            'pattern': r'^(?!\.{1,2}$)(?! )[^/\x00-\x1f]{1,255}(?<! )$(?!\n)',
            'description': 'a name without /',
        },
        'release': {'type': 'string', 'minLength': 1, 'maxLength': 255},
        'graph_types': {
            'type': 'array',
            'minItems': 1,
            'items': {'anyOf': [{'const': ''}, _NAMED]},
        },
    },
}
NODES = {
    'type': 'array',
    'items': {
        'type': 'object',
        'additionalProperties': False,
        'required': ['name'],
        'properties': {
            'name': _NAMED,
            'roles': _NAMES,
            'attributes': {'type': ['object', 'null']},
        },
    },
}
ROLES = {
    'type': 'object',
    'additionalProperties': False,
    'properties': {
        'roles': {
            'type': ['object', 'null'],
            'additionalProperties': _NAMES,
        },
        'tags': {
            'type': ['object', 'null'],
            'additionalProperties': {
                'type': ['object', 'null'],
                'properties': {'has_primary': {'type': 'boolean'}},
            },
        },
    },
}
PLUGIN_ROLES = {
    'type': ['object', 'null'],
    'additionalProperties': {
        'type': ['object', 'null'],
        'properties': {'has_primary': {'type': 'boolean'}},
    },
}
