"""Prints the folder of the graphs that this package brings."""

import importlib.resources

print(importlib.resources.files('trailmark_line_in_file') / 'graphs')
