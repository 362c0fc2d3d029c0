"""Every error: its docstring is its message, its data are attributes."""

import inspect
from collections.abc import Sequence
from typing import Any, ClassVar

from trailmark.common import problems


class TrailmarkError(Exception):
    """Something went wrong."""

    #: Stable, public: clients may rely on it.
    code: ClassVar[str] = 'trailmark_error'

    def __init__(self, **data: Any) -> None:
        super().__init__(data)
        vars(self).update(data)
        self.data = data

    def __str__(self) -> str:
        return inspect.cleandoc(type(self).__doc__ or '').format(**self.data)


class RefusedInput(TrailmarkError):
    """The input is refused."""

    code = 'refused'


class InvalidInput(RefusedInput):
    """{count} problems in the input.

    `problems` names file, task and field of each.
    """

    code = 'invalid_input'

    def __init__(self, found: Sequence[problems.Problem]) -> None:
        super().__init__(count=len(found))
        self.problems = tuple(found)

    def __str__(self) -> str:
        return '\n'.join(str(problem) for problem in self.problems)


class NotFound(TrailmarkError):
    """There is no {kind} {name}."""

    code = 'not_found'


class Unauthenticated(RefusedInput):
    """Say who you are: a user and a password that belong together are \
needed."""

    code = 'unauthenticated'


class TriesExceeded(RefusedInput):
    """Passwords were tried too often: try again in {seconds} s."""

    code = 'tries_exceeded'
    seconds: int


class UnknownParameters(RefusedInput):
    """Invalid parameters in the request: {names}."""

    code = 'invalid_params_on_request'


class ReportRefused(RefusedInput):
    """Step {step} of cluster {cluster} is not reported: {reason}"""

    code = 'report_refused'


class Forbidden(RefusedInput):
    """User {user} may not do this: it needs {rule}."""

    code = 'forbidden'


class ProjectMissing(RefusedInput):
    """The token of {user} is of no project: ask for one of a project."""

    code = 'project_missing'


class ProjectMismatch(RefusedInput):
    """The token is of another project than {project}, which is asked for."""

    code = 'project_mismatch'


class ForeignOrigin(RefusedInput):
    """A request from a page of {origin} is not answered."""

    code = 'foreign_origin'


class AddressUnusable(RefusedInput):
    """The API can not listen on {host} port {port}: {reason}"""

    code = 'address_unusable'


class NotAtEndpoint(RefusedInput):
    """This command works on this machine alone, not through an endpoint: \
leave out --endpoint, and unset TRAILMARK_ENDPOINT."""

    code = 'not_at_endpoint'


class ClusterBusy(RefusedInput):
    """Run {run} of cluster {cluster} is active: wait until it has \
ended, stop or cancel it, or resume it if its process is gone."""

    code = 'cluster_busy'


class NameTaken(RefusedInput):
    """Cluster {name} was deployed from {source}, not from {other}: \
say --cluster {name} to deploy this folder to it, or give it another name."""

    code = 'name_taken'


class NameInUse(RefusedInput):
    """There is a {kind} named {name} already."""

    code = 'name_in_use'


class OwnerInUse(RefusedInput):
    """The {kind} {name} is used by: {clusters}."""

    code = 'owner_in_use'


class GraphExists(RefusedInput):
    """Deployment graph with type "{type}" already exist."""

    code = 'graph_exists'


class GraphMissing(NotFound):
    """Graph with type: {type} is not defined"""

    code = 'graph_missing'


class RunActive(RefusedInput):
    """Run {run} is {state}: {action} needs one that has ended."""

    code = 'run_active'


class TaskShared(RefusedInput):
    """Task {run} is not of server {server} alone: `trailmark run {action} \
{run}` asks it of all of them."""

    code = 'task_shared'


class VersionUnsupported(RefusedInput):
    """Version {version} is not supported by the API. Minimum is {least} and \
maximum is {most}."""

    code = 'version_unsupported'


class TransactionRunning(RefusedInput):
    """You cannot delete running task manually"""

    code = 'transaction_running'


class NodesOffline(RefusedInput):
    """No agent serves what may not fail: {nodes}. Start `trailmark-agent` \
there, see `trailmark service list`."""

    code = 'nodes_offline'


class EngineRuns(RefusedInput):
    """Engine {name} runs already, as process {pid} on {host}: give this one \
another name."""

    code = 'engine_runs'


class NodeServed(RefusedInput):
    """Node {node} is a machine of {cluster}, an agent serves it: \
give this one another name."""

    code = 'node_served'


class NotDetachable(RefusedInput):
    """--detach needs engines that are services: transport_url is not set, \
so this process would drive the run itself."""

    code = 'not_detachable'


class RunEnded(RefusedInput):
    """Run {run} has ended {state}: there is nothing to {action}."""

    code = 'run_ended'


class RunSuperseded(RefusedInput):
    """Run {run} can't be resumed: cluster {cluster} has had \
run {later} since."""

    code = 'run_superseded'


class RunVoid(RefusedInput):
    """Run {run} can't be resumed: cluster {cluster} was reset after it."""

    code = 'run_void'


class RunAlive(RefusedInput):
    """Run {run} is being driven by process {pid} on {host}."""

    code = 'run_alive'


class LeaseLost(TrailmarkError):
    """The claim on run {run} (epoch {epoch}) is lost to another engine."""

    code = 'lease_lost'


class Released(TrailmarkError):
    """The run is given up for another engine to go on with."""

    code = 'released'


class HistoryConflict(TrailmarkError):
    """{changed} of {expected} rows of run {run} were in the state in which \
this engine left them."""

    code = 'history_conflict'


class DatabaseUnavailable(TrailmarkError):
    """The database can't be used: {reason}"""

    code = 'database_unavailable'


class DatabaseConnectionLost(DatabaseUnavailable):
    """The database can't be used: {reason}"""

    code = 'database_connection_lost'


class JournalUnavailable(TrailmarkError):
    """The journal {path} can't be written: {reason}"""

    code = 'journal_unavailable'


class JournalReplaced(TrailmarkError):
    """The journal {path} is not the one that was opened: {reason}"""

    code = 'journal_replaced'


class AgentRefused(TrailmarkError):
    """The engines refuse this agent: {reason}"""

    code = 'agent_refused'


class CommandLost(TrailmarkError):
    """Nobody knows how a command of attempt {attempt} ended: {reason}"""

    code = 'command_lost'


class AttemptTaken(TrailmarkError):
    """Attempt {attempt} was taken over by another process."""

    code = 'attempt_taken'


class IllegalTransition(TrailmarkError):
    """{kind} may not go from {old} to {new}."""

    code = 'illegal_transition'


class UnknownDriver(RefusedInput):
    """There is no driver for tasks of type {name}."""

    code = 'unknown_driver'


class BodyTooLarge(RefusedInput):
    """The request is too large: at most {limit} bytes are taken."""

    code = 'body_too_large'


class StateUnusable(TrailmarkError):
    """The state directory {path} can't be used: {reason}"""

    code = 'state_unusable'


class ConfigurationRefused(RefusedInput):
    """The configuration is refused: {reason}"""

    code = 'configuration_refused'


class SchemaOutdated(RefusedInput):
    """The database is at revision {found}, this version of Trailmark needs \
{needed}: run `trailmark db upgrade`."""

    code = 'schema_outdated'


class SchemaNewer(RefusedInput):
    """The database is at revision {found}, which a newer version of \
Trailmark made; this one knows {needed}: install the newer version."""

    code = 'schema_newer'


class NothingToVacuum(RefusedInput):
    """--vacuum is for SQLite: a server reuses and returns room by itself."""

    code = 'nothing_to_vacuum'


class RequestRefused(RefusedInput):
    """{reason}"""

    code = 'request_refused'

    def __init__(
        self,
        refusal: str,
        reason: str,
        found: Sequence[problems.Problem] = (),
    ) -> None:
        super().__init__(refusal=refusal, reason=reason)
        self.problems = tuple(found)

    def __str__(self) -> str:
        if not self.problems:
            return super().__str__()
        return '\n'.join(str(problem) for problem in self.problems)


class MessageRefused(RefusedInput):
    """A message is not what it should be: {reason}"""

    code = 'message_refused'


class MessageNotSent(TrailmarkError):
    """A message did not reach anybody: {reason}"""

    code = 'message_not_sent'


class ReportUnheard(TrailmarkError):
    """No engine took in what a report says of {count} attempts: {reason}"""

    code = 'report_unheard'

    #: Ids of the attempts, and what was answered about the others.
    attempts: frozenset[str]
    answer: Any


class RequestFailed(TrailmarkError):
    """Trailmark failed to answer: {reason}"""

    code = 'request_failed'


class ServiceUnavailable(TrailmarkError):
    """{reason}"""

    code = 'service_unavailable'


class AskAgain(ServiceUnavailable):
    """{reason}"""

    code = 'ask_again'


class EndpointUnreachable(ServiceUnavailable):
    """The API at {endpoint} does not answer: {reason}"""

    code = 'endpoint_unreachable'


class KeystoneUnreachable(ServiceUnavailable):
    """Keystone does not answer: {reason}"""

    code = 'keystone_unreachable'


class CertificateUntrusted(RefusedInput):
    """The certificate of {endpoint} is not trusted: {reason}. --cacert FILE, \
or TRAILMARK_CACERT, names the certificate of who signed it."""

    code = 'certificate_untrusted'


class KeystoneRefused(RefusedInput):
    """Keystone does not say who asks, or where: {reason}"""

    code = 'keystone_refused'


class NotTrailmark(RefusedInput):
    """What answers at {endpoint} is not Trailmark: it says {said}. Check \
--endpoint and TRAILMARK_ENDPOINT."""

    code = 'not_trailmark'
