"""Engines and agents whose clocks are wrong."""

from trailmark.tests import faketime
from trailmark.tests.functional import cluster


def skewed(among: cluster.Cluster, service: cluster.Service) -> faketime.Clock:
    """The clock of a service, which is started anew if it has to be."""
    name = f'clock-{service.kind}-{service.node or ""}-{service.name}'
    clock = faketime.Clock(among.folder / name)
    if not (service.is_alive and faketime.is_faked(service.pid)):
        service.environment = {**service.environment, **clock.environment}
        service.kill()
        service.start()
        cluster.until(
            lambda: faketime.is_faked(service.pid), f'{name} is to be set'
        )
    return clock
