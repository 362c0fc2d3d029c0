"""Operations of Nova's views, by noun."""

from collections.abc import Mapping
from typing import Any

from trailmark.api.openapi.nova import (
    instance_actions,
    server_tasks,
    servers,
    versions,
)

NOUNS: Mapping[str, Any] = {
    'instance_actions': instance_actions,
    'server_tasks': server_tasks,
    'servers': servers,
    'versions': versions,
}
