"""Operations of clusters with their progress."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema
from trailmark.api.openapi.sahara import pieces

_INSTANCE = answers.shape(
    {
        'id': answers.TEXT,
        'instance_id': answers.TEXT,
        'instance_name': answers.TEXT,
    }
)
_NODE_GROUP = answers.shape(
    {
        'id': answers.TEXT,
        'name': answers.TEXT,
        'count': answers.COUNT,
        'node_processes': answers.TEXTS,
        'instances': answers.listed(_INSTANCE),
    }
)
#: What a release is called: version 2 has the first, version 1.1 the other.
_VERSION = ('plugin_version', 'hadoop_version')
_STEPS = ('provisioning_progress', 'provision_progress')
#: What clusters of Sahara have and those here don't.
_FOREIGN: Mapping[str, Schema] = {
    'cluster_template_id': answers.TEXT_OR_NULL,
    'default_image_id': answers.TEXT_OR_NULL,
    'user_keypair_id': answers.TEXT_OR_NULL,
    'neutron_management_network': answers.TEXT_OR_NULL,
    'shares': answers.ANY,
    'trust_id': answers.TEXT_OR_NULL,
    'is_transient': answers.FLAG,
    'is_public': answers.FLAG,
    'is_protected': answers.FLAG,
    'use_autoconfig': answers.FLAG,
    'anti_affinity': answers.TEXTS,
    'cluster_configs': answers.OBJECT,
    'info': answers.OBJECT,
}
_CLUSTER: Mapping[str, Schema] = {
    'id': answers.TEXT,
    'name': answers.TEXT,
    **pieces.OWNER,
    'description': answers.TEXT_OR_NULL,
    'status': answers.either(
        *('Validating', 'Scaling', 'Deleting', 'Waiting', 'Active', 'Error')
    ),
    'status_description': answers.TEXT_OR_NULL,
    'plugin_name': answers.TEXT,
    **dict.fromkeys(_VERSION, answers.TEXT),
    'node_groups': answers.listed(_NODE_GROUP),
    'created_at': pieces.TIME_OR_NULL,
    'updated_at': pieces.TIME_OR_NULL,
    **_FOREIGN,
}
_EITHER = (*pieces.OWNER, *_VERSION)
OPERATIONS: Operations = {
    'index': Operation(
        'Clusters by id, without their steps',
        {
            200: answers.shape(
                {'clusters': answers.listed(answers.shape(_CLUSTER, *_EITHER))}
            )
        },
        query={
            'limit': queries.PAGE_SIZE,
            'marker': queries.told(queries.TEXT, 'The id of a cluster.'),
            'sort_by': queries.told(
                queries.TEXT, 'A field; with - before it from the end.'
            ),
            **dict.fromkeys(('name', 'plugin_name', *_VERSION), queries.TEXT),
        },
        headers=pieces.HEADERS,
        passes_unknown=True,
    ),
    'show': Operation(
        'One cluster, with the steps of what is done to it',
        {
            200: answers.shape(
                {
                    'cluster': answers.shape(
                        {
                            **_CLUSTER,
                            **dict.fromkeys(
                                _STEPS, answers.listed(pieces.STEP)
                            ),
                        },
                        *_EITHER,
                    )
                }
            )
        },
        query={
            'show_progress': queries.told(
                queries.TEXT, 'True: with the events of the steps.'
            )
        },
        headers=pieces.HEADERS,
        passes_unknown=True,
    ),
}
