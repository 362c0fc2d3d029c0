"""Codes of errors are stable, and their docstrings are their messages."""

import string
import unittest
from collections.abc import Iterator

from trailmark.common import exceptions, problems

#: Public: a code that stands here may not change or go.
CODES = {
    'TrailmarkError': 'trailmark_error',
    'RefusedInput': 'refused',
    'InvalidInput': 'invalid_input',
    'NotFound': 'not_found',
    'ClusterBusy': 'cluster_busy',
    'NameTaken': 'name_taken',
    'NameInUse': 'name_in_use',
    'OwnerInUse': 'owner_in_use',
    'GraphExists': 'graph_exists',
    'GraphMissing': 'graph_missing',
    'MessageRefused': 'message_refused',
    'MessageNotSent': 'message_not_sent',
    'AgentRefused': 'agent_refused',
    'ReportUnheard': 'report_unheard',
    'RunActive': 'run_active',
    'NodesOffline': 'nodes_offline',
    'EngineRuns': 'engine_runs',
    'NodeServed': 'node_served',
    'NotDetachable': 'not_detachable',
    'Released': 'released',
    'TaskShared': 'task_shared',
    'TransactionRunning': 'transaction_running',
    'VersionUnsupported': 'version_unsupported',
    'Unauthenticated': 'unauthenticated',
    'UnknownParameters': 'invalid_params_on_request',
    'ReportRefused': 'report_refused',
    'Forbidden': 'forbidden',
    'ForeignOrigin': 'foreign_origin',
    'AddressUnusable': 'address_unusable',
    'NotAtEndpoint': 'not_at_endpoint',
    'EndpointUnreachable': 'endpoint_unreachable',
    'CertificateUntrusted': 'certificate_untrusted',
    'NotTrailmark': 'not_trailmark',
    'KeystoneUnreachable': 'keystone_unreachable',
    'KeystoneRefused': 'keystone_refused',
    'ProjectMissing': 'project_missing',
    'ProjectMismatch': 'project_mismatch',
    'RunEnded': 'run_ended',
    'RunSuperseded': 'run_superseded',
    'RunVoid': 'run_void',
    'RunAlive': 'run_alive',
    'LeaseLost': 'lease_lost',
    'HistoryConflict': 'history_conflict',
    'DatabaseUnavailable': 'database_unavailable',
    'DatabaseConnectionLost': 'database_connection_lost',
    'JournalUnavailable': 'journal_unavailable',
    'JournalReplaced': 'journal_replaced',
    'AttemptTaken': 'attempt_taken',
    'CommandLost': 'command_lost',
    'IllegalTransition': 'illegal_transition',
    'UnknownDriver': 'unknown_driver',
    'BodyTooLarge': 'body_too_large',
    'StateUnusable': 'state_unusable',
    'ConfigurationRefused': 'configuration_refused',
    'SchemaOutdated': 'schema_outdated',
    'SchemaNewer': 'schema_newer',
    'TriesExceeded': 'tries_exceeded',
    'NothingToVacuum': 'nothing_to_vacuum',
    'RequestRefused': 'request_refused',
    'RequestFailed': 'request_failed',
    'ServiceUnavailable': 'service_unavailable',
    'AskAgain': 'ask_again',
}


def _classes() -> Iterator[type[exceptions.TrailmarkError]]:
    for found in vars(exceptions).values():
        if isinstance(found, type) and issubclass(
            found, exceptions.TrailmarkError
        ):
            yield found


def _fields(kind: type) -> dict[str, str]:
    parsed = string.Formatter().parse(kind.__doc__ or '')
    return {name: f'<{name}>' for _, name, _, _ in parsed if name}


class CodesTest(unittest.TestCase):
    def test_codes_are_the_published_ones(self) -> None:
        self.assertEqual(
            CODES, {kind.__name__: kind.code for kind in _classes()}
        )

    def test_no_two_errors_share_a_code(self) -> None:
        codes = [kind.code for kind in _classes()]

        self.assertEqual(len(set(codes)), len(codes))


class MessagesTest(unittest.TestCase):
    def test_the_docstring_formats_with_the_data(self) -> None:
        for kind in _classes():
            with self.subTest(kind.__name__):
                data = _fields(kind)
                error = kind.__new__(kind)
                exceptions.TrailmarkError.__init__(error, **data)

                said = exceptions.TrailmarkError.__str__(error)

                self.assertTrue(said)
                self.assertNotIn('{', said)
                for shown in data.values():
                    self.assertIn(shown, said)

    def test_data_are_attributes(self) -> None:
        error = exceptions.NotFound(kind='run', name=7)

        self.assertEqual({'kind': 'run', 'name': 7}, error.data)
        self.assertEqual(7, vars(error)['name'])
        self.assertEqual('There is no run 7.', str(error))

    def test_invalid_input_says_every_problem(self) -> None:
        error = exceptions.InvalidInput(
            [
                problems.Problem('is missing', 'a.yaml', 't', 'type'),
                problems.Problem('no node is left'),
            ]
        )

        self.assertEqual(
            'a.yaml: task t: type: is missing\nno node is left', str(error)
        )
        self.assertEqual(2, error.data['count'])

    def test_a_warning_says_that_it_is_one(self) -> None:
        problem = problems.Problem(
            'nothing is called x', severity=problems.Severity.WARNING
        )

        self.assertEqual('warning: nothing is called x', str(problem))
