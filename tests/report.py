"""Says in plain words how the last test run ended: skips, failures, counts."""

import collections
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import subunit
import testtools

_PASSED = {'success', 'xfail'}
_STESTR = Path(sys.executable).parent / 'stestr'


def last_run() -> bytes:
    """The subunit stream of the last run, empty when there was none."""
    done = subprocess.run(
        [_STESTR, 'last', '--subunit'], capture_output=True, check=False
    )
    return done.stdout


def read(stream: bytes) -> list[dict[str, Any]]:
    """The tests of a subunit stream as dictionaries of testtools."""
    tests: list[dict[str, Any]] = []
    result = testtools.StreamToDict(tests.append)
    result.startTestRun()
    source = subunit.ByteStreamToStreamResult(
        io.BytesIO(stream), non_subunit_name='stdout'
    )
    source.run(result)
    result.stopTestRun()
    return [test for test in tests if test['status'] != 'exists']


def reason(test: dict[str, Any]) -> str:
    """Why a test was skipped, on one line."""
    said = test['details'].get('reason')
    return ' '.join(said.as_text().split()) if said else 'no reason given'


def describe(tests: list[dict[str, Any]], exit_code: int) -> tuple[str, bool]:
    """The report, and whether all is well.

    A run that ended badly without a failed test counts as one failure.
    """
    lines = []
    skipped = [test for test in tests if test['status'] == 'skip']
    reasons = collections.Counter(reason(test) for test in skipped)
    for why, count in sorted(reasons.items()):
        lines.append(f'skipped {count}: {why}')
    passed = sum(test['status'] in _PASSED for test in tests)
    names = [
        test['id']
        for test in tests
        if test['status'] not in _PASSED | {'skip'}
    ]
    if not names and (exit_code or not tests):
        names = ['the test run itself: it could not load or end']
    lines.extend(f'failed: {name}' for name in sorted(names))
    lines.append(
        f'{passed} passed, {len(names)} failed, {len(skipped)} skipped'
    )
    return '\n'.join(lines), not names


def main(exit_code: int) -> int:
    """Print the report of the last run, which ended with the exit code."""
    text, well = describe(read(last_run()), exit_code)
    print(text)
    return 0 if well else 1


if __name__ == '__main__':
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 0))
