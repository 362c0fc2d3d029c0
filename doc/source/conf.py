"""Sphinx configuration."""

import importlib.metadata

project = 'Trailmark'
author = 'The Trailmark authors'
project_copyright = author
release = version = importlib.metadata.version('trailmark')
extensions = ['reno.sphinxext']
html_theme = 'alabaster'
html_theme_options = {
    'description': 'Runs deployment graphs and never loses its place',
    'fixed_sidebar': True,
}
html_show_sourcelink = False
