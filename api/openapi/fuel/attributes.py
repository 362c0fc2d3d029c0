"""Operations of settings of clusters."""

from trailmark.api import fields
from trailmark.api.openapi import answers
from trailmark.api.openapi.operations import Operation, Operations

#: Those of plugins say whether they are enabled.
_SETTING = {
    'type': 'object',
    'properties': {
        'metadata': {
            'type': 'object',
            'properties': {'enabled': fields.FLAG, 'chosen_id': fields.ID},
        }
    },
}
_SETTINGS = {
    'type': 'object',
    'properties': {
        'editable': {'type': 'object', 'additionalProperties': _SETTING}
    },
    'required': ['editable'],
}
_SHOWN = answers.shape(
    {
        'editable': answers.named(
            answers.shape(
                {
                    'metadata': answers.shape(
                        {
                            'class': answers.TEXT,
                            'label': answers.TEXT,
                            'enabled': answers.FLAG,
                            'toggleable': answers.FLAG,
                            'always_editable': answers.FLAG,
                            'chosen_id': answers.ID,
                        }
                    )
                }
            )
        ),
        'generated': answers.OBJECT,
    }
)
OPERATIONS: Operations = {
    'show': Operation(
        'Every plugin there is, and whether the cluster has it', {200: _SHOWN}
    ),
    'update': Operation(
        'Enable and disable the plugins that the body names, all at once',
        {200: _SHOWN},
        body=_SETTINGS,
        refusals=(409,),
    ),
}
