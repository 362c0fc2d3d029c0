"""Plugins: owners of graphs that clusters share."""

import functools

from trailmark.api import owners

index = functools.partial(owners.index, level='plugin')
create = functools.partial(owners.create, level='plugin')
show = functools.partial(owners.show, level='plugin')
update = functools.partial(owners.update, level='plugin')
delete = functools.partial(owners.delete, level='plugin')
