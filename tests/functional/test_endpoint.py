"""The tests of commands on one machine, again over HTTP."""

import importlib
import inspect
import pkgutil
import unittest
from collections.abc import Iterator

from trailmark.tests import forms, functional
from trailmark.tests.functional import agents, base, endpoint, serving

#: Modules of tests of commands, each of which runs in both modes.
_SHORT_FORM = ('history', 'mend', 'processes', 'signals', 'stop')
_BOTH = (
    *_SHORT_FORM,
    'bad_input',
    'drivers',
    'files',
    'fuel_plugins',
    'plots',
    'plugin_package',
    'purge',
    'readers',
    'stored_graphs',
)

#: Test cases, and tests of them, that can't be the same over HTTP: why not.
#: `db` commands are run on the machine of the database in both modes.
EMBEDDED_ALONE = {
    'checkpoints.CheckpointsTest': 'it kills the command and, with it, the '
    'agent; serve.ServeTest kills who serves',
    'clocks.EmbeddedTest': 'the clock and the process of the command itself '
    'are wrong or stand still',
    'database_gone.DatabaseGoneTest': 'the database of the command itself '
    'goes away; at an endpoint it is the API that waits for it',
    'drivers.RebootTest': 'the machine that restarts takes the command along',
    'full_state.FullDiskTest': 'a command at an endpoint writes no state',
    'full_state.FileLimitTest': 'a command at an endpoint writes no state',
    'kill.WindowTest': 'it kills the command and, with it, the agent',
    'processes.PausedTest': 'it pauses the command that drives the run',
    'stop.StopTest.test_a_cancel_brings_what_nobody_drives_to_its_end': 'who '
    'serves drives the run, whatever becomes of the command',
    'stop.StopTest.test_a_stop_leaves_what_nobody_drives_resumable': 'who '
    'serves drives the run, whatever becomes of the command',
    'stop.StopTest.test_a_run_whose_process_dies_while_it_stops_can_be_stopped'
    '': 'who serves drives the run, whatever becomes of the command',
    'supervisors.EnvironmentTest': 'the environment is that of the command',
    'supervisors.SessionsTest': 'what is killed is a process of the command',
    'stored_graphs.PostgresqlTest': 'only the API sees which database it is',
    'stored_graphs.MariadbTest': 'only the API sees which database it is',
}
#: Modules of tests of services and what they serve, beside those that have
#: an endpoint or an agent of their own.
_OF_SERVICES = (
    'api_daemon',
    'fuel_client',
    'fuel_client_runs',
    'fuel_runs',
    'instance_story',
    'keystone_clients',
    'large_page',
    'nova_clients',
    'page',
    'starting',
    'wheel',
)
_SERVED = (serving.ServingTestCase, agents.AgentTestCase)


def _cases() -> Iterator[tuple[str, type[base.EmbeddedTestCase]]]:
    for found in pkgutil.iter_modules(functional.__path__):
        if not found.name.startswith('test_') or found.name in __name__:
            continue
        module = importlib.import_module(f'{functional.__name__}.{found.name}')
        for name, case in inspect.getmembers(module, inspect.isclass):
            own = case.__module__ == module.__name__ and name[0] != '_'
            if own and issubclass(case, base.EmbeddedTestCase):
                yield f'{found.name.removeprefix("test_")}.{name}', case


def _over_http(
    name: str, case: type[base.EmbeddedTestCase]
) -> type[unittest.TestCase]:
    """The same test case over HTTP, without the tests that can't be."""
    without = {
        test: None for test in dir(case) if f'{name}.{test}' in EMBEDDED_ALONE
    }
    said = {'__module__': __name__, '__doc__': case.__doc__, **without}
    words = name.replace('.', '_').split('_')
    title = ''.join(word[:1].upper() + word[1:] for word in words)
    return type(f'{title}OverHttp', (endpoint.OverHttp, case), said)


for _name, _case in _cases():
    _chosen = _BOTH if forms.WHOLE else _SHORT_FORM
    if _name.partition('.')[0] in _chosen and _name not in EMBEDDED_ALONE:
        _made = _over_http(_name, _case)
        globals()[_made.__name__] = _made
del _case, _made


class BothModesTest(unittest.TestCase):
    def test_every_test_of_commands_is_in_both_modes_or_says_why_not(
        self,
    ) -> None:
        alone = [
            name
            for name, case in _cases()
            if not issubclass(case, _SERVED)
            and name.partition('.')[0] not in (*_BOTH, *_OF_SERVICES)
            and name not in EMBEDDED_ALONE
        ]

        self.assertEqual([], alone)

    def test_what_is_said_to_be_embedded_alone_is_there(self) -> None:
        known = {name: case for name, case in _cases()}

        for name in EMBEDDED_ALONE:
            case = known['.'.join(name.split('.')[:2])]
            self.assertTrue(name.count('.') == 1 or hasattr(case, _last(name)))


def _last(name: str) -> str:
    return name.rpartition('.')[2]
