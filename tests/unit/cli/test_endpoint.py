"""The tests of commands again, with their double behind a real server."""

import importlib
import importlib.metadata
import inspect
import pkgutil
import unittest
from collections.abc import Iterator
from typing import Any
from unittest import mock

from trailmark.cli import connection, http
from trailmark.tests.unit import cli
from trailmark.tests.unit.cli import answering, double

#: Modules whose tests never speak to a double: why they need no second time.
_ALONE = {
    'test_arguments': 'it parses words',
    'test_asking': 'it brings events of its own',
    'test_documents': 'it reads files',
    'test_endpoint': 'it is this one',
    'test_events': 'it has a server of its own',
    'test_folders': 'it reads files',
    'test_http': 'it is about endpoints',
    'test_output': 'it has a process of its own',
    'test_strangers': 'it has a server of its own',
    'test_terminal': 'it draws what it is given',
    'test_times': 'it draws what it is given',
    'test_writing': 'it writes files',
}


class _Link(double.Link):
    """The double's connection, over a socket."""

    def __init__(self, api: double.Api) -> None:
        super().__init__(api)
        self._version = importlib.metadata.version('trailmark')
        self._served = answering.served(answering.Named(api, self._version))
        options = connection.Options(endpoint=self._served.__enter__())
        self._at = http.connect(options)
        self.client = self._at.client

    def close(self) -> None:
        super().close()
        self._served.__exit__(None, None, None)


class _OverHttp:
    """The test case that it is mixed into, over HTTP."""

    def run(self, *arguments: Any) -> Any:
        made: list[_Link] = []

        def link(api: double.Api) -> _Link:
            made.append(_Link(api))
            return made[-1]

        with mock.patch.object(double, 'Link', link):
            result = super().run(*arguments)  # type: ignore[misc]
        for each in made:
            if not each.closed:
                each.close()
        return result


def _cases() -> Iterator[tuple[str, type[unittest.TestCase]]]:
    for found in pkgutil.iter_modules(cli.__path__):
        if not found.name.startswith('test_') or found.name in _ALONE:
            continue
        module = importlib.import_module(f'{cli.__name__}.{found.name}')
        for name, case in inspect.getmembers(module, inspect.isclass):
            own = case.__module__ == module.__name__ and name[0] != '_'
            if own and issubclass(case, unittest.TestCase):
                yield f'{found.name.removeprefix("test_")}_{name}', case


for _name, _case in _cases():
    _title = ''.join(word[:1].upper() + word[1:] for word in _name.split('_'))
    globals()[f'{_title}OverHttp'] = type(
        f'{_title}OverHttp',
        (_OverHttp, _case),
        {'__module__': __name__, '__doc__': _case.__doc__},
    )
del _case
