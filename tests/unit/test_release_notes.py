"""Every release note is shown: its sections are those of the page."""

import unittest

import yaml

from trailmark.tests import sources

_FOLDER = sources.ROOT / 'releasenotes'


class ReleaseNotesTest(unittest.TestCase):
    def test_every_section_of_a_note_is_one_of_the_page(self) -> None:
        config = yaml.safe_load((_FOLDER / 'config.yaml').read_text())
        sections = {name for name, _title in config['sections']} | {'prelude'}

        unknown = {
            path.name: sorted(set(yaml.safe_load(path.read_text())) - sections)
            for path in (_FOLDER / 'notes').glob('*.yaml')
        }

        self.assertEqual(
            {}, {at: names for at, names in unknown.items() if names}
        )
