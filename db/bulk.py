"""Many rows with one statement: text of statements, and how rows travel.

PostgreSQL and MariaDB take rows as one JSON parameter, SQLite by executemany.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

#: Characters of one parameter; MariaDB refuses packets of 16 MiB.
LIMIT = 2_000_000
#: Rows of one statement.
ROWS = 20_000

#: Else MariaDB takes the database's own, which may hold less.
_UNICODE = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
_KINDS = {
    'postgresql': {
        'number': 'integer',
        'big': 'bigint',
        'name': 'text',
        'text': 'text',
        'flag': 'boolean',
    },
    'mysql': {
        'number': 'int',
        'big': 'bigint',
        'name': f'varchar(255) {_UNICODE}',
        'text': f'longtext {_UNICODE}',
        'flag': 'boolean',
    },
}

Columns = Mapping[str, str]
Row = Sequence[Any]
_T = TypeVar('_T')


def source(dialect: str, columns: Columns) -> str:
    """The parameter `rows` as a table `d`; columns are name -> kind."""
    kinds = _KINDS[dialect]
    if dialect == 'postgresql':
        fields = ', '.join(
            f'CAST(v->>{at} AS {kinds[kind]}) AS {name}'
            for at, (name, kind) in enumerate(columns.items())
        )
        return (
            # The condition always holds: with it the planner expects few
            # rows, and looks them up by their key.
            f'(SELECT {fields}'
            ' FROM json_array_elements(CAST(:rows AS json)) v'
            " WHERE json_typeof(v) = 'array') d"
        )
    fields = ', '.join(
        f"{name} {kinds[kind]} PATH '$[{at}]'"
        for at, (name, kind) in enumerate(columns.items())
    )
    return f"JSON_TABLE(:rows, '$[*]' COLUMNS ({fields})) d"


def insert(dialect: str, table: str, columns: Columns, keys: int = 0) -> str:
    """INSERT of rows of a run; with `keys`, replaces rows that have the same.

    `keys` counts the leading columns that make up the key with `run_id`.
    """
    names = ', '.join(columns)
    if dialect == 'sqlite':
        marks = ', '.join('?' * (len(columns) + 1))
        made = f'INSERT INTO {table} (run_id, {names}) VALUES ({marks})'
    else:
        # WHERE: what follows can't be taken for the condition of a join.
        made = (
            f'INSERT INTO {table} (run_id, {names}) SELECT :run, '
            + ', '.join(f'd.{name}' for name in columns)
            + f' FROM {source(dialect, columns)} WHERE true'
        )
    return made + (_replacing(dialect, list(columns), keys) if keys else '')


def _replacing(dialect: str, columns: Sequence[str], keys: int) -> str:
    rest = columns[keys:]
    if dialect == 'mysql':
        return ' ON DUPLICATE KEY UPDATE ' + ', '.join(
            f'{name} = VALUES({name})' for name in rest
        )
    return (
        f' ON CONFLICT (run_id, {", ".join(columns[:keys])}) DO UPDATE SET '
        + ', '.join(f'{name} = excluded.{name}' for name in rest)
    )


def chunks(rows: Sequence[_T], limit: int = ROWS) -> Iterator[Sequence[_T]]:
    """Parts of at most `limit` rows."""
    if len(rows) <= limit:
        yield rows
        return
    for at in range(0, len(rows), limit):
        yield rows[at : at + limit]


class Statement:
    """One statement over many rows, made once per dialect.

    Rows have the columns in their order, without the run.
    """

    def __init__(self, dialect: str, sql: str) -> None:
        self._raw = sql if dialect == 'sqlite' else None
        self._text = sa.text(sql)

    def run(
        self, connection: sa.Connection, run: int, rows: Sequence[Row]
    ) -> int:
        """Write the rows of a run; return how many rows it matched."""
        if self._raw is not None:
            return connection.exec_driver_sql(
                self._raw, [(run, *row) for row in rows]
            ).rowcount
        return sum(
            connection.execute(
                self._text, {'run': run, 'rows': payload}
            ).rowcount
            for part in chunks(rows)
            for payload in _payloads(part)
        )


def _payloads(rows: Sequence[Row]) -> Iterator[str]:
    """JSON of the rows, split where it would be too long to send."""
    made = json.dumps(rows, ensure_ascii=False, separators=(',', ':'))
    if len(made) <= LIMIT or len(rows) == 1:
        yield made
        return
    middle = len(rows) // 2
    yield from _payloads(rows[:middle])
    yield from _payloads(rows[middle:])


def clean(text: str | None) -> str | None:
    """Text that every database stores: no NUL, no halves of surrogates."""
    if text is None:
        return None
    if '\0' in text:
        text = text.replace('\0', '')
    if not text.isascii():
        text = text.encode('utf-8', 'replace').decode()
    return text
