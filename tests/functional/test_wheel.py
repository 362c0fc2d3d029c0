"""What is built for others to install is whole."""

import shutil
import subprocess
import sys
import zipfile

from trailmark.tests import sources
from trailmark.tests.functional import base
from trailmark.ui import assets

_LEFT_OUT = shutil.ignore_patterns(
    *('.*', '*.egg-info', 'build', 'dist', 'doc', 'cover', '__pycache__')
)


class WheelTest(base.ProcessTestCase):
    def test_the_wheel_has_every_file_of_the_page(self) -> None:
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

        packed = set(zipfile.ZipFile(wheel).namelist())
        files = {*assets.names(), 'page.html', 'refused.html'}
        wanted = {f'trailmark/ui/static/{name}' for name in files}
        self.assertEqual(set(), wanted - packed)
