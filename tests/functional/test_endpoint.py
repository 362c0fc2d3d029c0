"""The tests of commands on one machine, again over HTTP."""

import importlib
import inspect
import pkgutil
import unittest
from collections.abc import Iterator

from trailmark.tests import functional
from trailmark.tests.functional import (
    base,
    endpoint,
    test_bad_input,
    test_drivers,
    test_files,
    test_fuel_plugins,
    test_history,
    test_mend,
    test_plots,
    test_plugin_package,
    test_processes,
    test_purge,
    test_readers,
    test_signals,
    test_stop,
    test_stored_graphs,
)

_BOTH: tuple[type[base.EmbeddedTestCase], ...] = (
    test_bad_input.BadInputTest,
    test_drivers.FuelTest,
    test_drivers.MasterShellTest,
    test_files.FilesTest,
    test_fuel_plugins.FuelPluginsTest,
    test_history.HistoryTest,
    test_mend.MendTest,
    test_plots.PlotsTest,
    test_plugin_package.PluginPackageTest,
    test_processes.DeploysTest,
    test_purge.PurgeTest,
    test_readers.ReadersTest,
    test_signals.SignalsTest,
    test_stop.StopTest,
    test_stored_graphs.SqliteTest,
    test_stored_graphs.FilesTest,
)

#: Test cases of commands on one machine that can't be the same -> why not.
_EMBEDDED_ALONE = {
    'CheckpointsTest': 'it kills the command with all that the run needs; '
    'ServeTest kills who serves',
}


def load_tests(
    loader: unittest.TestLoader, found: unittest.TestSuite, pattern: str | None
) -> unittest.TestSuite:
    """Those of this module, and each test case over HTTP."""
    return found


def _over_http(case: type[base.EmbeddedTestCase]) -> type:
    name = case.__module__.rpartition('.test_')[2]
    made = type(
        f'{name.title().replace("_", "")}{case.__name__}',
        (endpoint.OverHttp, case),
        {'__module__': __name__, '__doc__': case.__doc__},
    )
    return made


globals().update({made.__name__: made for made in map(_over_http, _BOTH)})
