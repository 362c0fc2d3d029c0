"""Secrets are planted wherever one can stand, and looked for everywhere."""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from trailmark.api import routes
from trailmark.api.openapi import catalog, document
from trailmark.tests.functional import base, processes, serving

#: What may be found nowhere; the last one is computed, and printed in parts.
CANARIES = ('canary-7f3a', 'bird/9d2 "x"', 'COMPUTED-1-31415')
_TEXT, _QUOTED, _COMPUTED = CANARIES
_SPELLED = ('canary-7f3a', 'bird/9d2', 'bird%2F9d2', 'COMPUTED-1-31415')
_DOCUMENT = document.build(routes.ROUTES, catalog.OPERATIONS)
_PRINTS = (
    f"echo {_TEXT}; echo '{_QUOTED}' >&2;"
    f' echo {_TEXT} > "$TRAILMARK_CHECKPOINT";'
    " printf 'COMPUTED-%d-31415\\n' 1; sleep 1;"
    ' until [ -e {go} ]; do sleep 0.05; done; echo {again} >&2; exit 3'
)
_MANIFEST = f"notify {{ '{_TEXT}': }} exec {{ '/bin/false {_TEXT}': }}"
#: How each task ends: all of them are executed.
_STATES = {
    'prints': 'error',
    'whole': 'error',
    'tested': 'error',
    'uploads': 'ready',
    'puppet': 'error',
    'copies': 'ready',
    'plugged': 'ready',
}
#: Names of users of the file `htpasswd`.
_MEMBER, _READER = ('maria', 'm-secret'), ('rita', 'r-secret')


def _tasks(folder: Path) -> list[dict[str, Any]]:
    printing = _PRINTS.replace('{go}', f'{folder}/go')
    given = {
        'cmd': printing.replace('{again}', _TEXT),
        'retries': 0,
        'auth': {'deep': [_TEXT, {'more': _QUOTED}]},
        'computed': 'COMPUTED-{CLUSTER_ID}-31415',
    }
    return [
        base.shell(
            'prints',
            '',
            parameters=given,
            secrets=['auth.deep', 'computed'],
            fail_on_error=False,
            test_pre={'cmd': f'echo {_TEXT}; test -n "{_TEXT}"'},
        ),
        _task(
            'whole', 'shell', {'cmd': f'echo {_TEXT}; false {_TEXT}'}, 'cmd'
        ),
        {
            **_task('tested', 'shell', {'cmd': 'true', 'x': _TEXT}, 'x'),
            'test_post': {'cmd': f'echo {_TEXT} >&2; exit 1'},
        },
        _task(
            'uploads',
            'upload_file',
            {'path': f'{folder}/up', 'data': f'a\n{_TEXT}\n{_QUOTED}\n'},
            'data',
        ),
        _task(
            'puppet',
            'puppet',
            {
                'puppet_manifest': 'site.pp',
                'cwd': str(folder),
                'raw_report': True,
                'password': _TEXT,
            },
            'password',
        ),
        _task('copies', 'copy_files', {'files': [_file(folder)]}, 'files'),
    ]


def _task(
    name: str, kind: str, parameters: Mapping[str, Any], *secrets: str
) -> dict[str, Any]:
    return {
        'id': name,
        'type': kind,
        'version': '2.0.0',
        'roles': [name],
        'fail_on_error': False,
        'parameters': {**parameters, 'retries': 0, 'timeout': 60},
        'secrets': list(secrets),
    }


def _file(folder: Path) -> dict[str, str]:
    return {'src': f'{folder}/{_TEXT}', 'dst': f'{folder}/copied'}


class CanariesTest(serving.ServingTestCase):
    """One run of tasks with canaries, served with all logs on."""

    def setUp(self) -> None:
        super().setUp()
        users = Path(__file__).with_name('htpasswd')
        options = {
            'default__debug': 'true',
            'api__auth_strategy': 'http_basic',
            'api__http_basic_auth_user_file': users,
            'api__readers': 'rita',
        }
        self.server, self.url = self.serve(options=options)
        self.member = self._commands(*_MEMBER)
        self.reader = self._commands(*_READER)
        self.found: list[str] = []

    def _commands(self, user: str, password: str) -> processes.Trailmark:
        return self.at(
            self.url, TRAILMARK_USER=user, TRAILMARK_PASSWORD=password
        )

    def _deploy(self) -> None:
        tasks = _tasks(self.folder)
        base.write(self.folder, {'site.pp': _MANIFEST, _TEXT: 'x'})
        roles = ['w', 'plugged', *(task['id'] for task in tasks)]
        files = {
            'nodes.yaml': [{'name': 'n1', 'roles': roles}],
            'release/default.yaml': tasks,
            'cluster/default.yaml': [
                _task('whole', 'shell', {'cmd': f'false {_TEXT}'}, 'cmd')
            ],
            'plugins/p/default.yaml': [
                _task(
                    'plugged',
                    'shell',
                    {'cmd': f'echo {_TEXT}', 'x': _TEXT},
                    'x',
                )
            ],
        }
        folder = base.write(self.folder / 'shop', files)
        for words in (('--dry-run',), ('--detach',)):
            done = self.member.run('deploy', str(folder), *words)
            self.assertEqual(0, done.code, done.err)
            self._look('deploy', done.out + done.err)

    def _look(self, where: str, text: str) -> None:
        """Note the canaries that are in a text."""
        for each in _SPELLED:
            if each in text:
                at = text.index(each)
                near = text[max(0, at - 80) : at + 40]
                self.found.append(f'{where}: {near!r}')

    def _look_at_processes(self) -> None:
        for entry in Path('/proc').glob('[0-9]*/cmdline'):
            with contextlib.suppress(OSError):
                words = entry.read_bytes().replace(b'\0', b' ')
                if b'canary-7f3a' in words or b'bird/9d2' in words:
                    # Programs that the command itself starts are its own.
                    self._look(str(entry), words.decode(errors='replace'))

    def _client(self) -> httpx.Client:
        client = httpx.Client(
            base_url=self.url, auth=_READER, timeout=60, follow_redirects=True
        )
        self.addCleanup(client.close)
        return client

    def test_no_secret_leaves_by_any_way(self) -> None:
        self._deploy()
        log = self.folder / 'state' / 'log' / 'trailmark.log'
        client = self._client()
        self.until(
            lambda: '***' in self._outputs(client),
            'the task prints',
        )
        self._look_at_processes()
        self._look('live output', self._outputs(client))
        (self.folder / 'go').touch()
        self.until(lambda: self._status(client) == 'ready', 'it ends', 120)
        self.assertEqual(_STATES, self._states(client))

        self._walk(client)
        self._ask(client)
        self._command()
        self._look('standard error', base.said(self.server))
        self._look('log', log.read_text(errors='replace'))

        self.assertEqual('', '\n'.join(self.found))
        self.assertIn('***', log.read_text(errors='replace'))

    def _outputs(self, client: httpx.Client) -> str:
        return client.get('/api/v1/runs/2/outputs').text

    def _states(self, client: httpx.Client) -> dict[str, str]:
        rows = client.get('/api/v1/runs/2/tasks_history').json()
        found = rows if isinstance(rows, list) else rows['tasks_history']
        return {row['task_name']: row['status'] for row in found}

    def _status(self, client: httpx.Client) -> str:
        run = client.get('/api/v1/runs/2').json()['run']
        return str(run['status'])

    def _walk(self, client: httpx.Client) -> None:
        """Every GET of the route table, with all that its flags add."""
        names, good, refused = self._names(client), 0, []
        for method, path, _view in routes.ROUTES:
            if method != 'GET':
                continue
            for way, query in _asked(path, names):
                answer = client.get(way, params=query)
                self._look(f'GET {way} {query}', answer.text)
                good += answer.status_code == 200
                # The events of a run that changed nothing are over.
                if answer.status_code not in (200, 204):
                    refused.append(f'{way}: {answer.status_code}')
        self.assertEqual([], refused)
        self.assertGreater(good, 80)

    def _names(self, client: httpx.Client) -> Mapping[str, list[Any]]:
        """Values of what stands in paths; a new name has to get one here."""

        def read(path: str) -> Any:
            return client.get(f'/api/v1/{path}').json()

        cluster, [node] = read('clusters')[0], read('nodes')
        sequence = {
            'name': 'all',
            'release': cluster['release'],
            'graphs': [{'type': 'default'}],
        }
        made = httpx.post(
            f'{self.url}/api/v1/sequences', json=sequence, auth=_MEMBER
        )
        roles = {'roles': {'w': ['w']}}
        for owner in ('releases/shop', 'clusters/shop'):
            httpx.put(
                f'{self.url}/api/v1/{owner}',
                json={'roles': roles},
                auth=_MEMBER,
            ).raise_for_status()
        path = f'/v2.1/servers/{node["id"]}/tasks'
        tasks = client.get(path).json()['tasks']
        graphs = [graph['id'] for graph in read('graphs')]
        asked = read('runs/2')['run']['asked_by']['request_id']
        return {
            **{name: [1, 2] for name in ('run', 'task', 'transaction')},
            **{name: [node['id']] for name in ('node', 'server')},
            'task of servers': [task['id'] for task in tasks] or [asked],
            'cluster': [cluster['id']],
            'release': [cluster['release_id']],
            'graph': graphs,
            'sequence': [made.json()['id']],
            'request': [asked],
            'plugin': ['p'],
            'type': ['default'],
            'layer': ['own', 'plugins', 'release'],
            'number': [1],
            'role': ['w'],
            'tenant': ['x'],
        }

    def _ask(self, client: httpx.Client) -> None:
        """Questions that are posted, and errors that are provoked."""
        of = {'cluster': 'shop'}
        sides = {'before': {'level': 'release'}, 'after': {'level': 'all'}}
        for noun, body in (
            ('lint', of),
            ('expand', of),
            ('plot', of),
            ('plot', {'run': 2}),
            ('explain', {**of, 'execution': 'prints@n1'}),
            ('diff', {**of, **sides, 'whole': True}),
        ):
            answer = client.post(f'/api/v1/graphs/{noun}', json=body)
            self.assertEqual(200, answer.status_code, answer.text)
            self._look(f'POST {noun} {body}', answer.text)
        wrong = _task('x', 'shell', {'cmd': [_TEXT], 'timeout': _TEXT}, 'cmd')
        files = {'release/default.yaml': json.dumps([wrong])}
        answer = client.post('/api/v1/graphs/lint', json={'files': files})
        self._look('errors', answer.text)

    def _command(self) -> None:
        """What commands print for a reader."""
        for line in (
            'run show 2',
            'run list',
            'run faults 2',
            'run transitions 2',
            'run checkpoints 2',
            'task show 2 prints@n1 -f json',
            'task show 2 puppet@n1 -f json',
            'tasks-history --run 2 -f json --include-summary',
            'graph show --cluster shop -f yaml',
            'graph download --release shop',
            'graph plot --cluster shop',
            'audit list',
        ):
            done = self.reader.run(*line.split())
            self._look(line, done.out + done.err)
        handed = self.member.run(
            'graph', 'download', '--release', 'shop', '--with-secrets'
        )
        self.assertIn(_TEXT, handed.out, handed.err)


def _asked(
    path: str, names: Mapping[str, list[Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests for a route: its path filled, flags that say more set."""
    known = _DOCUMENT['paths'][document.path_of(path)]['get']['parameters']
    flags = {
        each['name']: '1'
        for each in known
        if each['schema'].get('enum', [])[:2] == ['0', '1']
        and each['name'] != 'with_secrets'
    }
    query = {**_NEEDED.get(path, {})}
    if path.endswith('/events'):
        query['after'] = 0
    for way in _filled(path, names):
        for more in {(), tuple(flags.items())}:
            yield way, {**query, **dict(more)}


def _filled(path: str, names: Mapping[str, list[Any]]) -> Iterator[str]:
    found = re.search(r'<(?:\w+:)?(\w+)>', path)
    if found is None:
        yield path
        return
    name, nouns = found[1], path.split('/')
    special = [f'{name} of {noun}' for noun in nouns]
    known = {**names, **_BY_NOUN}
    key = next((each for each in special if each in known), name)
    for value in known[key]:
        whole = f'{path[: found.start()]}{value}{path[found.end() :]}'
        yield from _filled(whole, names)


#: Names that mean another thing below another noun.
_BY_NOUN: Mapping[str, list[Any]] = {
    'owner of releases': ['shop'],
    'owner of clusters': ['shop'],
    'owner of plugins': ['p'],
    'name of clusters': ['n1'],
    'name of drivers': ['shell'],
    'name of runs': ['prints@n1', 'puppet@n1', 'whole@n1', 'uploads@n1'],
}
#: What a route refuses to do without.
_NEEDED: Mapping[str, dict[str, Any]] = {
    f'/api/v1/graphs/revisions{path}': {'release': 'shop'}
    for path in ('', '/<int:number>')
} | {
    f'/api/v1/{noun}': {'cluster': 'shop'}
    for noun in ('tasks_history', 'transitions')
}
