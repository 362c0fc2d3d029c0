"""Who may do what: a rule for every route, which a policy file may change."""

import dataclasses
from collections.abc import Iterator

from oslo_config import cfg
from oslo_policy import policy

from trailmark.api import guards, masking, routes
from trailmark.common import exceptions

#: The same of members.
SECRETS = {
    masking.RULE: 'Values of secret parameters in answers with graphs, where '
    f'`?{masking.PARAMETER}=1` asks for them.',
}
#: Rules of admins that no view has: what some fields of answers tell.
FIELDS = {
    'instance_actions:events': 'Tracebacks, hosts, and texts of errors that '
    "are not Trailmark's own, below `/v2.1`.",
    'progress:tracebacks': 'Tracebacks in events of steps, below `/v1.1` and '
    '`/v2`.',
}
#: Role -> what it may do and the roles before it may not.
_GRANTED = {
    'reader': (
        'attributes:show',
        'audit:index',
        'checkpoints:of_run',
        'cluster_graphs:index',
        'cluster_graphs:show',
        'cluster_roles:index',
        'cluster_roles:show',
        'clusters:index',
        'clusters:show',
        'deploy_graphs:show',
        'deployment_history:show',
        'deployment_tasks:merged',
        'deployment_tasks:of_layer',
        'deployment_tasks:of_release',
        'drivers:index',
        'drivers:show',
        'events:of_run',
        'explanations:show',
        'failures:of_run',
        'faults:of_run',
        'graph_revisions:index',
        'graph_revisions:show',
        'graphs:expand',
        'graphs:lint',
        'graphs:plot',
        'graph_diffs:show',
        'instance_actions:index',
        'instance_actions:show',
        'metrics:show',
        'nodes:index',
        'nodes:show',
        'nodes:show_of_cluster',
        'outputs:of_run',
        'owned_graphs:list_all',
        'owned_graphs:show_by_id',
        'permissions:show',
        'plugin_graphs:index',
        'plugin_graphs:show',
        'plugins:index',
        'plugins:show',
        'progress:show',
        'release_graphs:index',
        'release_graphs:show',
        'release_roles:index',
        'release_roles:show',
        'releases:index',
        'releases:show',
        'runs:index',
        'runs:nodes',
        'runs:show',
        'runs:tasks',
        'sequences:index',
        'sequences:show',
        'serialized_tasks:show',
        'server_tasks:index',
        'server_tasks:items',
        'server_tasks:show',
        'servers:detail',
        'servers:index',
        'servers:show',
        'services:index',
        'tasks:index',
        'tasks:show',
        'tasks_history:index',
        'tasks_history:of_cluster',
        'tasks_history:of_node',
        'tasks_history:of_run',
        'tasks_history:of_task',
        'times:show',
        'transactions:index',
        'transactions:show',
        'transitions:index',
        'transitions:of_run',
    ),
    'member': (
        'attributes:update',
        'cluster_graphs:create',
        'cluster_graphs:delete',
        'cluster_graphs:update',
        'clusters:changes',
        'clusters:create',
        'clusters:deploy',
        'clusters:deploy_tasks',
        'clusters:disable',
        'clusters:enable',
        'clusters:provision',
        'clusters:redeploy',
        'clusters:stop',
        'clusters:update',
        'deployment_tasks:replace_of_cluster',
        'deployment_tasks:replace_of_release',
        'deployments:create',
        'executions:create',
        'nodes:create',
        'nodes:delete',
        'nodes:delete_of_cluster',
        'nodes:import_into',
        'nodes:update',
        'nodes:update_of_cluster',
        'owned_graphs:delete_by_id',
        'owned_graphs:update_by_id',
        'owned_graphs:upload',
        'plugin_graphs:create',
        'plugin_graphs:delete',
        'plugin_graphs:update',
        'plugins:create',
        'plugins:update',
        'progress:report',
        'release_graphs:create',
        'release_graphs:delete',
        'release_graphs:update',
        'releases:create',
        'releases:update',
        'runs:cancel',
        'runs:resume',
        'runs:stop',
        'sequences:create',
        'sequences:delete',
        'sequences:execute',
        'sequences:update',
        'server_tasks:act',
        'server_tasks:cancel',
        'server_tasks:create',
        'server_tasks:resume',
        'server_tasks:stop',
    ),
    'admin': (
        'clusters:delete',
        'clusters:reset',
        'plugins:delete',
        'releases:delete',
        'runs:hide',
        'tasks:delete',
        'transactions:delete',
    ),
}
ROLES = tuple(_GRANTED)
#: Whether clusters of every project are seen, and of none.
ALL = policy.DocumentedRuleDefault(
    name='projects:all',
    check_str='role:admin or system_scope:all',
    description='Sees clusters, runs and nodes of every project.',
    operations=[{'method': '*', 'path': '/'}],
)


class Policies:
    """The rules of an installation: these, and those of its policy file."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._enforcer = policy.Enforcer(conf)
        self._enforcer.register_defaults(list(list_rules()))

    def check(self, caller: guards.Caller, rule: str) -> None:
        """Raises Forbidden, also where there is no such rule."""
        if not self.may(caller, rule):
            raise exceptions.Forbidden(user=caller.user, rule=rule)

    def may(self, caller: guards.Caller, rule: str) -> bool:
        """Whether a rule is granted; not where there is no such rule."""
        said = {
            'user_id': caller.user,
            'roles': list(caller.roles),
            'project_id': caller.project,
            'system_scope': caller.system,
        }
        return bool(self._enforcer.enforce(rule, {}, said))

    def seeing(self, caller: guards.Caller) -> guards.Caller:
        """The caller, who sees every project where the rules say so."""
        return dataclasses.replace(caller, sees_all=self.may(caller, ALL.name))


def list_rules() -> Iterator[policy.RuleDefault]:
    """Every rule, for processes and for oslo.policy's sample."""
    known = [*ROLES]
    while known:
        check = ' or '.join(f'role:{role}' for role in known)
        yield policy.RuleDefault(known.pop(0), check)
    yield ALL
    for name, told in FIELDS.items():
        yield policy.RuleDefault(name, 'rule:admin', told)
    for name, told in SECRETS.items():
        yield policy.RuleDefault(name, 'rule:member', told)
    for role, rules in _GRANTED.items():
        for rule in rules:
            yield policy.DocumentedRuleDefault(
                name=rule,
                check_str=f'rule:{role}',
                description=f'What the view {rule} answers or does.',
                operations=[
                    {'method': method, 'path': path}
                    for method, path, view in routes.ROUTES
                    if guards.rule_of(view) == rule
                ],
            )
