"""The clock of the database, in microseconds since the epoch."""

_NOW = {
    'sqlite': (
        "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
        ' * 1000'
    ),
    'postgresql': (
        'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)'
    ),
    'mysql': "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))",
}


def now(dialect: str) -> str:
    """SQL expression of the moment at which the statement runs."""
    return _NOW[dialect]
