"""Options of the database: those of oslo.db, which describes each."""

from oslo_config import cfg
from oslo_db import options


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make oslo.db's options of [database] known to the configuration."""
    conf.register_opts(options.database_opts, group='database')


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """Nothing: oslo.db lists its options for the sample itself."""
    return []
