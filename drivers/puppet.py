"""The driver that applies Puppet manifests."""

import dataclasses
import os
import shlex
import shutil
from collections.abc import Mapping
from typing import Any

from trailmark.common import secrets, states, tasktypes
from trailmark.drivers import base, output, puppet_reports, shell
from trailmark.drivers import parameters as p

_STATE = states.ExecutionState
#: Puppet's --detailed-exitcodes: nothing to change, and changed.
_GOOD = frozenset((0, 2))
#: Where the packages of Puppet's makers put it, outside of PATH.
_ELSEWHERE = '/opt/puppetlabs/bin/puppet'
#: Resources that a message names.
_NAMED = 10


class Puppet(base.Driver):
    """Applies the Puppet manifest `puppet_manifest` with `puppet apply`.

    Every node has its own state of Puppet, so that several nodes of one
    machine don't disturb each other. There is no agent of Puppet that would
    have to be started and asked: `undefined_retries`, `puppet_start_timeout`
    and `puppet_start_interval` are taken and have no effect.
    """

    type = tasktypes.TaskType(
        'puppet',
        p.schema(
            ['puppet_manifest'],
            puppet_manifest=p.FILLED,
            puppet_modules=p.TEXT,
            cwd=p.TEXT,
            command_prefix=p.TEXT,
            debug=p.FLAG,
            raw_report=p.FLAG,
            puppet_noop_run=p.FLAG,
            succeed_retries=p.COUNT,
            undefined_retries=p.COUNT,
            puppet_start_timeout=p.PAUSE,
            puppet_start_interval=p.PAUSE,
        ),
        timeout=5400,
        retries=2,
    )

    def facts(self, job: base.Job) -> base.Facts:
        """Whether Puppet and the manifest are there."""
        if _computed(job):
            return {}
        given = job.parameters
        path = os.path.join(_cwd(job), given['puppet_manifest'])
        return {
            'puppet': bool(given.get('command_prefix')) or _program() != '',
            'manifest': os.path.exists(path),
        }

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """Apply the manifest, and again as often as is asked for."""
        missing = _missing(job, facts or {})
        if missing is not None:
            return (base.Step(f'nothing can be done: {missing}'),)
        given = job.parameters
        modules = given.get('puppet_modules')
        having = f' with the modules in {modules}' if modules else ''
        noop = ' as noop' if given.get('puppet_noop_run') else ''
        text = f'apply {given["puppet_manifest"]} in {_cwd(job)}{having}{noop}'
        again = given.get('succeed_retries', 0)
        repeated = base.Step(f'apply it again, {again} times')
        return (base.Step(text), *([repeated] if again else []))

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Apply the manifest; after a success again `succeed_retries` times.

        Fuel: each of these must succeed; one clock runs over all of them.
        """
        missing = _missing(job, self.facts(job) or {})
        if missing is not None:
            return shell.failed(missing, job)
        changed: list[int] = []
        for _ in range(1 + job.parameters.get('succeed_retries', 0)):
            found, left = _apply(job, watch)
            changed.append(left.changed)
            result = _result(job, found, left, changed)
            if result.state != _STATE.READY:
                break
        return result

    def noop(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Ask Puppet what it would change. Fuel: ready, whatever it says."""
        facts = self.facts(job)
        if _missing(job, facts or {}) is not None:
            return super().noop(job, watch)
        given = {**job.parameters, 'puppet_noop_run': True}
        noop = dataclasses.replace(job, parameters=given)
        found, left = _apply(noop, watch)
        if found.state == _STATE.CANCELLED:
            return found
        plan = left.would()
        result = _result(noop, found, left)
        if result.message is not None:
            plan.append(f'it fails: {result.message}')
        told = [secrets.mask_text(each, job.secrets) for each in plan]
        summary = {'noop': True, 'plan': told, **(result.summary or {})}
        return base.Result(_STATE.READY, summary=summary)


def _cwd(job: base.Job) -> str:
    return os.path.join(job.folder, job.parameters.get('cwd') or '/')


def _computed(job: base.Job) -> list[str]:
    """Its parameters that YAQL would compute: they come under noop only."""
    names = Puppet.type.parameters['properties']
    given = job.parameters
    return [each for each in names if isinstance(given.get(each), Mapping)]


def _program() -> str:
    """Path of Puppet; empty where it is not installed."""
    elsewhere = _ELSEWHERE if os.path.exists(_ELSEWHERE) else ''
    return shutil.which('puppet') or elsewhere


def _missing(job: base.Job, facts: Mapping[str, Any]) -> str | None:
    """What the job needs and the node hasn't, as far as it is known."""
    computed = _computed(job)
    if computed:
        return f'not known before it is computed: {", ".join(computed)}'
    if not facts.get('puppet', True):
        return 'puppet is not installed'
    if not facts.get('manifest', True):
        manifest = job.parameters['puppet_manifest']
        return f"manifest {manifest} doesn't exist in {_cwd(job)}"
    return None


def _apply(
    job: base.Job, watch: base.Watch
) -> tuple[base.Result, puppet_reports.Left]:
    """Run Puppet once; how its command ended, and what it left."""
    number = job.commands.count
    summary = job.scratch / f'summary-{number}.yaml'
    report = job.scratch / f'report-{number}.yaml'
    given = {**job.parameters, 'cwd': _cwd(job)}
    found = shell.run_command(
        dataclasses.replace(job, parameters=given),
        watch,
        _command(job, f'--lastrunfile={summary}', f'--lastrunreport={report}'),
        _GOOD,
    )
    return found, puppet_reports.read(summary, report)


def _command(job: base.Job, *files: str) -> str:
    given, state = job.parameters, job.folder / 'puppet'
    words = [
        _program() or 'puppet',
        'apply',
        '--detailed-exitcodes',
        '--color=false',
        f'--vardir={state}',
        # Not below vardir by themselves; the reports of a run go with it.
        f'--publicdir={state}/public',
        f'--rundir={state}/run',
        f'--logdir={state}/log',
        f'--reportdir={job.scratch}/reports',
        *files,
    ]
    if given.get('puppet_modules'):
        words.append(f'--modulepath={given["puppet_modules"]}')
    if given.get('debug'):
        words.append('--debug')
    if given.get('puppet_noop_run'):
        words.append('--noop')
    words.append(given['puppet_manifest'])
    return f'{given.get("command_prefix") or ""} {shlex.join(words)}'.strip()


def _result(
    job: base.Job,
    found: base.Result,
    left: puppet_reports.Left,
    changed: list[int] | None = None,
) -> base.Result:
    given = found.summary or {}
    summary = {
        'driver': Puppet.type.name,
        **left.summary,
        'status': left.status(given.get('exit_code')),
        **left.changes(),
        **given,
    }
    if left.too_large is not None:
        summary['report'] = (
            f'{left.too_large} bytes are too many, at most '
            f'{puppet_reports.READABLE} are read'
        )
    if changed is not None and len(changed) > 1:
        summary['changed_by_run'] = changed
    if job.parameters.get('raw_report'):
        summary['raw_report'] = _bounded(
            secrets.mask_text(left.raw, job.secrets)
        )
    return dataclasses.replace(
        found, message=_message(job, found, left), summary=summary
    )


def _bounded(raw: str) -> str:
    cut = len(raw) - puppet_reports.RAW_LIMIT
    kept = raw[: puppet_reports.RAW_LIMIT]
    return f'{kept}\n[... {cut} characters cut]' if cut > 0 else raw


def _message(
    job: base.Job, found: base.Result, left: puppet_reports.Left
) -> str | None:
    if found.fault == 'Timeout':
        return f'timed out after {job.given_time()}'
    if found.fault != 'Failed':
        return found.message
    failed = left.failed()
    if not failed:
        return _last_error(found)
    names = [name for name, _said in failed[:_NAMED]]
    more = f' and {len(failed) - _NAMED} more' if failed[_NAMED:] else ''
    said = next((said for _name, said in failed if said), '')
    text = f'failed: {", ".join(names)}{more}' + (f': {said}' if said else '')
    return secrets.mask_text(text, job.secrets)


def _last_error(found: base.Result) -> str | None:
    """What Puppet said last of what it could not do."""
    lines = str((found.summary or {}).get('stderr', '')).splitlines()
    errors = [each for each in lines if each.startswith('Error: ')]
    if not errors:
        return found.message
    code = (found.summary or {}).get('exit_code')
    return f'exit code {code}: {output.last_line(errors[-1])}'
