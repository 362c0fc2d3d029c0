"""What every process with an engine does so that others know of it."""

import contextlib
import importlib.metadata

from oslo_config import cfg

from trailmark.common import clock, exceptions, process_identity
from trailmark.db import connection, engines, service_records
from trailmark.engine import heartbeat, host, presence, retention

_BEAT = 1.0


def me(name: str) -> service_records.Engine:
    """The engine of this process, which has just started."""
    host_name, boot_id, pid, started = process_identity.current()
    return service_records.Engine(
        name=name,
        host=host_name,
        boot_id=boot_id,
        pid=pid,
        process_started=started,
        version=importlib.metadata.version('trailmark'),
        started_at=clock.now(),
    )


def check_alone(db: connection.Database, me: service_records.Engine) -> None:
    """Raise EngineRuns if another process lives under this name.

    Two engines of one name would take each other's answers.
    """
    for other in engines.list_all(db):
        recent = service_records.is_recent(other.seen_ago)
        gone = process_identity.is_gone(
            other.host, other.boot_id, other.pid, other.process_started
        )
        if other.name == me.name and recent and not gone:
            raise exceptions.EngineRuns(
                name=me.name, pid=other.pid, host=other.host
            )


def begin(
    opened: contextlib.ExitStack,
    conf: cfg.ConfigOpts,
    db: connection.Database,
    me: service_records.Engine,
    engine: host.EngineHost,
    presences: presence.Presences,
) -> None:
    """Beat and purge again and again; `opened` ends it."""
    beat = heartbeat.Heartbeat(db, me, engine, presences)
    opened.callback(_leave, db, me.name)
    opened.callback(heartbeat.Repeated('heartbeat', _BEAT, beat).stop)
    said = conf.history
    purge = retention.Retention(db, said.keep_days, said.keep_runs)
    opened.callback(
        heartbeat.Repeated('retention', said.purge_interval, purge).stop
    )


def _leave(db: connection.Database, name: str) -> None:
    with contextlib.suppress(exceptions.DatabaseUnavailable):
        engines.leave(db, name)
