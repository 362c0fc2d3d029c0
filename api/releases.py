"""Releases: owners of graphs that clusters share."""

import functools

from trailmark.api import owners

index = functools.partial(owners.index, level='release')
create = functools.partial(owners.create, level='release')
show = functools.partial(owners.show, level='release')
update = functools.partial(owners.update, level='release')
delete = functools.partial(owners.delete, level='release')
