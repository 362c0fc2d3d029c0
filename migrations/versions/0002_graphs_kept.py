"""Graphs that are kept: descriptions, revisions, and merges of plugins."""

import collections
import json
import time
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0002'
down_revision = '0001'

_BIG = sa.BigInteger()
_NUMBER = sa.Integer()
_NAME = sa.String(255)
_STATE = sa.String(16)
_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql', 'mariadb')
_LINK = 'cluster_plugin_deployment_graphs'
_NEW: dict[str, dict[str, Any]] = {
    'releases': {
        'description': _TEXT,
        'roles': _TEXT,
        'created_at': _BIG,
        'updated_at': _BIG,
        'deleted_at': _BIG,
    },
    'plugins': {
        'description': _TEXT,
        'roles': _TEXT,
        'created_at': _BIG,
        'updated_at': _BIG,
    },
    'clusters': {'deleted_at': _BIG},
    'deployment_graph_tasks': {'folder': _TEXT, 'owner': _NAME},
    'runs': {'graph_revisions': _TEXT},
}


def upgrade() -> None:
    """Add what is new, and make what follows from what there is."""
    for table, columns in _NEW.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind))
    _revisions()
    linked = _linked()
    op.drop_table(_LINK)
    _merges()
    _write_first_revisions()
    _write_merges(linked)


def _table(name: str, key: tuple[str, ...], *parts: Any) -> None:
    op.create_table(
        name,
        *parts,
        sa.PrimaryKeyConstraint(*key, name=f'pk_{name}'),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )


def _part(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def _owned(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f'{target}.id'],
        name=f'fk_{table}_{column}',
        ondelete='CASCADE',
    )


def _revisions() -> None:
    _table(
        'deployment_graph_revisions',
        ('level', 'owner_id', 'type', 'revision'),
        _part('level', _STATE),
        _part('owner_id', _BIG),
        _part('type', _NAME),
        _part('revision', _NUMBER),
        sa.Column('at', _BIG, nullable=False),
        sa.Column('actor', _NAME),
        sa.Column('body', _TEXT),
        sa.Column('changes', _TEXT, nullable=False),
    )


def _merges() -> None:
    _table(
        _LINK,
        ('cluster_id', 'type'),
        _part('cluster_id', _BIG),
        _part('type', _NAME),
        sa.Column('deployment_graph_id', _BIG, nullable=False),
        _owned(_LINK, 'cluster_id', 'clusters'),
        _owned(_LINK, 'deployment_graph_id', 'deployment_graphs'),
        sa.UniqueConstraint(
            'deployment_graph_id', name=f'uq_{_LINK}_deployment_graph_id'
        ),
    )


def _all(query: str, **values: Any) -> list[Any]:
    return list(op.get_bind().execute(sa.text(query), values))


def _linked() -> dict[tuple[int, str], list[tuple[str, int]]]:
    """Plugins and ids of their graphs, by cluster and type, in order."""
    found = collections.defaultdict(list)
    for cluster, kind, plugin, graph in _all(
        'SELECT l.cluster_id, l.type, p.name, l.deployment_graph_id'
        f' FROM {_LINK} l JOIN plugins p ON p.id = l.plugin_id'
        ' ORDER BY l.cluster_id, l.type, l.position'
    ):
        found[cluster, kind].append((plugin, graph))
    return found


def _graph(number: int) -> tuple[dict[str, Any], list[Any]]:
    """Metadata and rows of the tasks of a graph."""
    [(metadata,)] = _all(
        'SELECT metadata FROM deployment_graphs WHERE id = :id', id=number
    )
    rows = _all(
        'SELECT task_name, type, body, file FROM deployment_graph_tasks'
        ' WHERE deployment_graph_id = :id ORDER BY position',
        id=number,
    )
    return json.loads(metadata), rows


def _write_first_revisions() -> None:
    """The content of each graph as it is now; nobody knows who wrote it."""
    for level in ('release', 'plugin', 'cluster'):
        for owner, kind, graph, number, at in _all(
            f'SELECT l.{level}_id, l.type, g.id, g.revision, g.updated_at'
            f' FROM {level}_deployment_graphs l'
            ' JOIN deployment_graphs g ON g.id = l.deployment_graph_id'
        ):
            metadata, rows = _graph(graph)
            tasks = [
                {'body': json.loads(row.body), 'file': row.file}
                for row in rows
            ]
            op.get_bind().execute(
                sa.text(
                    'INSERT INTO deployment_graph_revisions'
                    ' (level, owner_id, type, revision, at, body, changes)'
                    ' VALUES (:level, :owner, :type, :number, :at, :body,'
                    " '[]')"
                ),
                {
                    'level': level,
                    'owner': owner,
                    'type': kind,
                    'number': number,
                    'at': at,
                    'body': json.dumps({'metadata': metadata, 'tasks': tasks}),
                },
            )


def _write_merges(
    linked: dict[tuple[int, str], list[tuple[str, int]]],
) -> None:
    now = time.time_ns() // 1000
    graphs = sa.table(
        'deployment_graphs',
        sa.column('id', _BIG),
        *(
            sa.column(name)
            for name in ('metadata', 'revision', 'created_at', 'updated_at')
        ),
    )
    for (cluster, kind), plugins in linked.items():
        metadata: dict[str, Any] = {}
        tasks: dict[str, tuple[Any, str]] = {}
        for plugin, graph in plugins:
            own, rows = _graph(graph)
            metadata |= own
            for row in rows:
                tasks.setdefault(row.task_name, (row, plugin))
        made = op.get_bind().execute(
            graphs.insert(),
            {
                'metadata': json.dumps(metadata),
                'revision': 1,
                'created_at': now,
                'updated_at': now,
            },
        )
        number = made.lastrowid or _newest()
        _write_tasks(number, tasks)
        op.get_bind().execute(
            sa.text(f'INSERT INTO {_LINK} VALUES (:cluster, :type, :graph)'),
            {'cluster': cluster, 'type': kind, 'graph': number},
        )


def _newest() -> int:
    [(number,)] = _all('SELECT max(id) FROM deployment_graphs')
    return int(number)


def _write_tasks(number: int, tasks: dict[str, tuple[Any, str]]) -> None:
    for position, (row, plugin) in enumerate(tasks.values()):
        op.get_bind().execute(
            sa.text(
                'INSERT INTO deployment_graph_tasks (deployment_graph_id,'
                ' position, task_name, type, body, file, owner) VALUES'
                ' (:graph, :position, :name, :type, :body, :file, :owner)'
            ),
            {
                'graph': number,
                'position': position,
                'name': row.task_name,
                'type': row.type,
                'body': row.body,
                'file': row.file,
                'owner': plugin,
            },
        )
