"""Operations of Sahara's views, by noun."""

from collections.abc import Mapping
from typing import Any

from trailmark.api.openapi.sahara import clusters, plugins, progress

NOUNS: Mapping[str, Any] = {
    'clusters': clusters,
    'plugins': plugins,
    'progress': progress,
}
