"""What is built for others to install is whole."""

import pathlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator

from trailmark.tests import sources
from trailmark.tests.functional import base
from trailmark.ui import assets

_LEFT_OUT = shutil.ignore_patterns(
    *('.*', '*.egg-info', 'build', 'dist', 'doc', 'cover', '__pycache__')
)


class WheelTest(base.ProcessTestCase):
    def build(self) -> set[str]:
        """Names of the files in the wheel of this checkout."""
        source, made = self.folder / 'source', self.folder / 'made'
        shutil.copytree(sources.ROOT, source, ignore=_LEFT_OUT)
        done = subprocess.run(
            [
                *(sys.executable, '-m', 'pip', 'wheel', '--quiet'),
                *('--no-deps', '--no-build-isolation', '--no-index'),
                *('--disable-pip-version-check', '-w', str(made), str(source)),
            ],
            capture_output=True,
            check=False,
            text=True,
        )
        self.assertEqual(0, done.returncode, done.stderr)

        [wheel] = made.glob('*.whl')
        return set(zipfile.ZipFile(wheel).namelist())

    def test_the_wheel_has_files_of_the_page_and_examples_but_no_test(self):
        packed = self.build()

        files = {*assets.names(), 'page.html', 'refused.html'}
        expected = {f'trailmark/ui/static/{name}' for name in files}
        expected |= {f'trailmark/{name}' for name in _examples()}
        self.assertEqual(set(), expected - packed)
        tests = {
            name for name in packed if name.startswith('trailmark/tests/')
        }
        self.assertEqual(set(), tests)


def _examples() -> Iterator[str]:
    for path in (sources.ROOT / 'examples').rglob('*'):
        if path.is_file() and '__pycache__' not in path.parts:
            yield str(path.relative_to(sources.ROOT))


class SampleConfigurationTest(base.ProcessTestCase):
    def test_the_sample_configuration_is_what_its_generator_writes(self):
        written = self.folder / 'sample'

        done = subprocess.run(
            [
                pathlib.Path(sys.executable).with_name(
                    'oslo-config-generator'
                ),
                *('--config-file', sources.ROOT / 'conf/generator.conf'),
                *('--output-file', written),
            ],
            capture_output=True,
            check=False,
            text=True,
        )

        self.assertEqual(0, done.returncode, done.stderr)
        sample = sources.ROOT / 'examples/trailmark.conf.sample'
        self.assertEqual(
            sample.read_text(),
            written.read_text(),
            'make sample-config writes it anew',
        )
