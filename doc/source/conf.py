"""Sphinx configuration."""

import configparser
from pathlib import Path

_setup = configparser.ConfigParser()
_setup.read(Path(__file__).resolve().parents[2] / 'setup.cfg')

project = 'Trailmark'
author = 'The Trailmark authors'
project_copyright = author
release = version = _setup['metadata']['version']
extensions: list[str] = []
html_theme = 'alabaster'
html_theme_options = {
    'description': 'Runs deployment graphs and never loses its place',
    'fixed_sidebar': True,
}
html_show_sourcelink = False
