"""Operations of transactions."""

from collections.abc import Mapping

from trailmark.api.openapi import answers, queries
from trailmark.api.openapi.operations import Operation, Operations, Schema

#: States of transactions; several of a run's are one.
STATUSES = ('pending', 'running', 'ready', 'error')
#: What the transactions of Fuel did; those here deploy.
NAMES = (
    *('deploy', 'deployment', 'provision', 'stop_deployment'),
    *('reset_environment', 'node_deletion', 'cluster_deletion'),
    *('check_before_deployment', 'check_networks', 'verify_networks'),
    *('check_dhcp', 'verify_network_connectivity', 'multicast_verification'),
    *('check_repo_availability', 'check_repo_availability_with_setup'),
    *('dump', 'capacity_log', 'create_stats_user', 'remove_stats_user'),
    *('remove_images', 'update', 'update_dnsmasq', 'spawn_vms'),
    'ubuntu_bootstrap',
)
SCHEMAS: Mapping[str, Schema] = {
    'Transaction': answers.shape(
        {
            'id': answers.ID,
            'cluster': answers.ID_OR_NULL,
            'uuid': {'type': 'string', 'format': 'uuid'},
            'name': answers.TEXT,
            'result': answers.OBJECT,
            'message': answers.TEXT,
            'status': answers.either(*STATUSES),
            'progress': {'type': 'integer', 'minimum': 0, 'maximum': 100},
            'parent_id': answers.ID_OR_NULL,
            'dry_run': answers.FLAG,
            'graph_type': answers.TEXT,
            'time_start': answers.TIME_OR_NULL,
            'time_end': answers.TIME_OR_NULL,
        }
    ),
    'NoTransaction': {
        'type': 'object',
        'description': 'The keys of a transaction, for what was no run.',
        'properties': {'id': {'type': 'null'}, 'name': answers.TEXT},
        'required': ['id', 'cluster', 'name', 'status', 'message'],
    },
}
TRANSACTION = answers.of('Transaction')
_FORCE = {
    'force': queries.told(queries.FLAG, 'Also one that is active.'),
}
OPERATIONS: Operations = {
    'index': Operation(
        'All runs, those that were deleted from lists too; newest first',
        {200: answers.listed(TRANSACTION)},
        query={
            'cluster_id': queries.NUMBER,
            'statuses': queries.words(STATUSES),
            'transaction_types': queries.words(NAMES),
            'limit': queries.PAGE_SIZE,
            'marker': queries.told(
                queries.NUMBER, 'The page before the run of this id.'
            ),
        },
    ),
    'show': Operation('One run', {200: TRANSACTION}),
    'delete': Operation(
        'Delete a run with its history; one that is active only by force',
        {204: None},
        query=_FORCE,
        refusals=(409,),
    ),
}
