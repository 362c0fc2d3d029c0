"""A PostgreSQL and a RabbitMQ of a test's own, on free ports."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

import tenacity

_PATIENCE = 90.0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server below a folder; it is started, and may be lost, many times.

    `user` runs it where this is root: servers refuse to be that.
    """

    user = ''

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(mode=0o755, parents=True)
        if os.getuid() == 0:
            shutil.chown(folder, self.user)

    @property
    def url(self) -> str:
        """How it is reached."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it, and wait until it answers."""
        raise NotImplementedError

    def pid(self) -> int:
        """Its process."""
        raise NotImplementedError

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it by a signal, and wait until it is gone."""
        pid = self.pid()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        until = time.monotonic() + _PATIENCE
        # Other threads of a zombie may still hold its port.
        while not _is_gone(pid) or _answers(self.port):
            if time.monotonic() > until:
                raise TimeoutError(f'{type(self).__name__} does not end')
            time.sleep(0.02)

    def _as_user(
        self, *words: str, more: Mapping[str, str] | None = None
    ) -> list[str]:
        env = [f'{name}={value}' for name, value in (more or {}).items()]
        line = ['env', *env, *words] if env else list(words)
        if os.getuid() == 0:
            return ['runuser', '-u', self.user, '--', *line]
        return line

    def _call(self, *words: str) -> None:
        subprocess.run(
            self._as_user(*words),
            check=True,
            capture_output=True,
            cwd='/',
            timeout=_PATIENCE,
        )

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + _PATIENCE
        while not _answers(self.port):
            if process.poll() is not None or time.monotonic() > until:
                raise TimeoutError(f'{type(self).__name__} does not start')
            time.sleep(0.05)


class PostgreSQL(Server):
    """A cluster with the database `test`, durable as in production."""

    user = 'postgres'

    @property
    def url(self) -> str:
        return f'postgresql+psycopg2://root@127.0.0.1:{self.port}/test'

    def start(self) -> None:
        if not (self._data / 'PG_VERSION').exists():
            self._call(
                *(_postgresql('initdb'), '-D', str(self._data), '-U', 'root'),
                *('--auth=trust', '--encoding=UTF8', '--no-sync'),
            )
        options = (
            f'-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1'
            ' -c max_connections=200'
        )
        # Children of a killed server hold its memory for a moment.
        tenacity.Retrying(
            stop=tenacity.stop_after_delay(_PATIENCE),
            wait=tenacity.wait_fixed(0.1),
            reraise=True,
        )(
            self._call,
            *(_postgresql('pg_ctl'), '-D', str(self._data), '-w', '-l'),
            *(str(self.folder / 'log'), '-o', options, 'start'),
        )
        with contextlib.suppress(subprocess.CalledProcessError):
            self._call(
                *(_postgresql('createdb'), '-h', '127.0.0.1'),
                *('-p', str(self.port), '-U', 'root', 'test'),
            )

    def pid(self) -> int:
        return int((self._data / 'postmaster.pid').read_text().split()[0])

    @property
    def _data(self) -> pathlib.Path:
        return self.folder / 'data'


class RabbitMQ(Server):
    """A broker with the user guest; it keeps nothing of others."""

    user = 'rabbitmq'

    @property
    def url(self) -> str:
        return f'rabbit://guest:guest@127.0.0.1:{self.port}//'

    def start(self) -> None:
        (self.folder / 'conf.conf').write_text(
            f'listeners.tcp.1 = 127.0.0.1:{self.port}\n'
        )
        (self.folder / 'plugins').write_text('[].\n')
        with contextlib.suppress(FileNotFoundError):
            (self.folder / 'pid').unlink()
        with (self.folder / 'said').open('ab') as said:
            process = subprocess.Popen(
                self._as_user(_RABBITMQ, more=self._environment()),
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                cwd='/',
                start_new_session=True,
            )
        self._wait(process)

    def pid(self) -> int:
        return int((self.folder / 'pid').read_text())

    def control(self, *words: str) -> str:
        """What `rabbitmqctl` says."""
        more = {
            'HOME': str(self.folder),
            'RABBITMQ_NODENAME': f'trailmark-{self.port}@localhost',
        }
        done = subprocess.run(
            self._as_user(_RABBITMQCTL, '-q', *words, more=more),
            check=True,
            capture_output=True,
            text=True,
            cwd='/',
            timeout=_PATIENCE,
        )
        return done.stdout

    def limit_memory(self, share: float) -> None:
        """The share of memory above which nobody may publish."""
        limit = 'vm_memory_monitor:set_vm_memory_high_watermark'
        self.control('eval', f'{limit}({share}).')

    def _environment(self) -> dict[str, str]:
        here = self.folder
        return {
            'HOME': str(here),
            'RABBITMQ_NODENAME': f'trailmark-{self.port}@localhost',
            'RABBITMQ_NODE_PORT': str(self.port),
            'RABBITMQ_DIST_PORT': str(free_port()),
            'RABBITMQ_MNESIA_BASE': str(here / 'mnesia'),
            'RABBITMQ_LOG_BASE': str(here / 'log'),
            'RABBITMQ_LOGS': str(here / 'log.log'),
            'RABBITMQ_CONFIG_FILE': str(here / 'conf.conf'),
            'RABBITMQ_ENABLED_PLUGINS_FILE': str(here / 'plugins'),
            'RABBITMQ_PID_FILE': str(here / 'pid'),
            'RABBITMQ_CONF_ENV_FILE': '/dev/null',
        }


_RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server'
_RABBITMQCTL = '/usr/lib/rabbitmq/bin/rabbitmqctl'


def why_not() -> str | None:
    """Why there are no such servers here; None when there are."""
    try:
        _postgresql('initdb')
        pwd.getpwnam(RabbitMQ.user)
    except (FileNotFoundError, KeyError) as error:
        return f'servers of its own are not installed: {error}'
    return None if os.path.exists(_RABBITMQ) else 'RabbitMQ is not installed'


def _postgresql(program: str) -> str:
    found = sorted(
        pathlib.Path('/usr/lib/postgresql').glob(f'*/bin/{program}')
    )
    if found:
        return str(found[-1])
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(program)
    return path


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    return False


def _is_gone(pid: int) -> bool:
    try:
        text = pathlib.Path(f'/proc/{pid}/stat').read_text()
    except OSError:
        return True
    return text.rpartition(')')[2].split()[0] == 'Z'


def main(words: Sequence[str]) -> None:
    """Start a broker below a folder, print its URL, and leave it running."""
    [folder] = words
    broker = RabbitMQ(pathlib.Path(folder))
    broker.start()
    print(broker.url)


if __name__ == '__main__':
    main(sys.argv[1:])
