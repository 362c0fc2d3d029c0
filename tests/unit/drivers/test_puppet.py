"""Tests of the driver that applies Puppet manifests, with the real Puppet."""

import concurrent.futures
import json
import os
import shutil
import threading
from typing import Any
from unittest import mock

from trailmark.common.states import ExecutionState
from trailmark.drivers import base, folders, groups, puppet, puppet_reports
from trailmark.tests.unit.drivers import watches

_SLOW = "exec { 'slow': command => '/bin/sleep 60', timeout => 0 }"
_BAD = """
file { '%(state)s/made': ensure => file, content => 's3cret' }
exec { 'breaks': command => '/bin/false' }
"""
#: Keys of the summary in seed 000.
_SEED = {'time', 'resources', 'changes', 'events', 'version', 'status'}


class PuppetCase(watches.DriverCase):
    """Has a folder with a manifest."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(groups, 'GRACE', 2.0)
        patch.start()
        self.addCleanup(patch.stop)
        self.made = self.state / 'made'

    def puppet_job(self, manifest: str, **more: Any) -> base.Job:
        """A job that applies this text."""
        text = manifest % {'state': self.state}
        (self.state / 'site.pp').write_text(text)
        more['parameters'] = {
            'cwd': str(self.state),
            'puppet_manifest': 'site.pp',
            **more.get('parameters', {}),
        }
        return self.job(**{'timeout': 120.0, **more})

    def run_puppet(self, manifest: str, **more: Any) -> base.Result:
        job = self.puppet_job(manifest, **more)
        return puppet.Puppet().run(job, self.watch)


class RealCase(PuppetCase):
    """Runs the real Puppet."""

    def setUp(self) -> None:
        if shutil.which('puppet') is None:
            self.skipTest('puppet is not installed')
        super().setUp()


class ApplyTest(RealCase):
    """What becomes of a manifest.  Fuel: behaviour 102."""

    FILE = "file { '%(state)s/made': ensure => file, content => 'x' }"

    def test_a_change_is_ready_with_the_summary_of_seed_000(self) -> None:
        result = self.run_puppet(self.FILE)
        self.assertEqual(result.state, ExecutionState.READY, result)
        self.assertEqual(self.made.read_text(), 'x')
        summary = dict(result.summary or {})
        self.assertLessEqual(_SEED, summary.keys())
        self.assertEqual(summary['resources']['changed'], 1)
        self.assertEqual(summary['status'], 'changed')
        self.assertEqual(summary['exit_code'], 2)
        json.dumps(summary)

    def test_the_changed_resources_are_data(self) -> None:
        result = self.run_puppet(self.FILE)
        [changed] = (result.summary or {})['changed_resources']
        self.assertEqual(f'File[{self.made}]', changed['resource'])
        [said] = changed['changes']
        self.assertRegex(said, '^ensure: defined content as')

    def test_a_report_that_is_too_large_leaves_the_exits_status(self) -> None:
        with mock.patch.object(puppet_reports, 'READABLE', 1000):
            first = self.run_puppet(self.FILE).summary or {}
            again = self.run_puppet(self.FILE).summary or {}
        self.assertEqual('changed', first['status'])
        self.assertEqual('unchanged', again['status'])
        self.assertRegex(first['report'], '^[0-9]+ bytes are too many')
        self.assertEqual(1, first['resources']['changed'])

    def test_nothing_to_change_is_ready_too(self) -> None:
        self.made.write_text('x')
        result = self.run_puppet(self.FILE)
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertEqual((result.summary or {})['status'], 'unchanged')

    def test_a_failure_names_the_resources_and_hides_secrets(self) -> None:
        result = self.run_puppet(_BAD, secrets=('s3cret', 'breaks'))
        self.assertEqual(result.fault, 'Failed')
        self.assertRegex(result.message or '', r'^failed: Exec\[\*\*\*\]: ch')
        self.assertIn("'/bin/false' returned 1", result.message or '')
        self.assertEqual((result.summary or {})['resources']['failed'], 1)
        self.assertTrue(self.made.exists())

    def test_a_manifest_that_does_not_compile_says_why(self) -> None:
        result = self.run_puppet("file { '/x': nosuch => 1 }")
        self.assertEqual(result.fault, 'Failed')
        self.assertRegex(
            result.message or '',
            r"exit code 1: Error: no parameter named 'nosuch' .*line: 1",
        )
        self.assertEqual((result.summary or {})['status'], 'failed')

    def test_a_timeout_ends_it(self) -> None:
        result = self.run_puppet(_SLOW, timeout=4.0)
        self.assertEqual(result.fault, 'Timeout')
        self.assertEqual(result.message, 'timed out after 4 s')
        self.assert_nothing_runs()

    def test_a_cancel_ends_it(self) -> None:
        threading.Timer(3, self.watch.cancelled.set).start()
        result = self.run_puppet(_SLOW)
        self.assertEqual(result.state, ExecutionState.CANCELLED)
        self.assert_nothing_runs()

    def assert_nothing_runs(self) -> None:
        self.assertEqual(len(self.begun()), 1)
        self.assertEqual(self.running(), [])

    def test_a_success_is_repeated_as_often_as_asked_for(self) -> None:
        given = {'succeed_retries': 1}
        result = self.run_puppet(self.FILE, parameters=given)
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertEqual((result.summary or {})['changed_by_run'], [1, 0])

    def test_a_repetition_that_fails_is_a_failure(self) -> None:
        once = "exec { '/bin/mkdir %(state)s/made': }"
        given = {'succeed_retries': 5}
        result = self.run_puppet(once, parameters=given)
        self.assertEqual(result.state, ExecutionState.ERROR)
        self.assertEqual(len(self.begun()), 2)

    def test_modules_prefix_and_report_are_as_the_task_says(self) -> None:
        manifests = self.state / 'modules' / 'shop' / 'manifests'
        manifests.mkdir(parents=True)
        told = 'class shop { notify { "got ${facts[\'shop_is\']}": } }'
        (manifests / 'init.pp').write_text(told)
        given = {
            'puppet_modules': str(self.state / 'modules'),
            'command_prefix': 'FACTER_shop_is=open',
            'raw_report': True,
            'debug': True,
        }
        result = self.run_puppet('include shop', parameters=given)
        summary = result.summary or {}
        self.assertIn('got open', summary['stdout'])
        self.assertIn('Debug: ', summary['stdout'])
        self.assertIn('Puppet::Transaction::Report', summary['raw_report'])
        self.assertLess(len(summary['raw_report']), 20_000)

    def test_a_puppet_noop_run_changes_nothing(self) -> None:
        given = {'puppet_noop_run': True}
        result = self.run_puppet(self.FILE, parameters=given)
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertFalse(self.made.exists())


class ReportTest(watches.DriverCase):
    """What is made of the files that Puppet leaves."""

    def left(self, size: int, changed: int = 0) -> puppet_reports.Left:
        """A report about so many bytes long, of so many changes."""
        status = (
            '  File[/%d]:\n    changed: true\n    events:\n'
            '    - {property: ensure, message: created, status: success}\n'
        )
        report = self.state / 'report.yaml'
        report.write_text(
            'status: failed\nresource_statuses:\n  Exec[x]: {}\n'
            + ''.join(status % number for number in range(changed))
            + '#' * size
        )
        return puppet_reports.read(self.state / 'none', report)

    def test_of_16_mib_and_more_the_exit_decides(self) -> None:
        left = self.left(16 * 1024 * 1024)
        self.assertEqual('changed', left.status(2))
        self.assertEqual('unchanged', left.status(0))
        self.assertEqual('failed', left.status(6))

    def test_a_smaller_report_decides_itself(self) -> None:
        self.assertEqual('failed', self.left(1000).status(2))

    def test_of_many_changed_resources_the_first_are_told(self) -> None:
        told = self.left(0, changed=2000).changes()
        kept, left_out = told.values()
        self.assertEqual(2000, len(kept) + left_out)
        self.assertLess(len(json.dumps(kept)), 20_000)
        self.assertEqual('File[/0]', kept[0]['resource'])


class SideBySideTest(RealCase):
    """Nodes of one machine."""

    def run_node(self, name: str) -> base.Result:
        watch = watches.Recorder()
        self.addCleanup(watch.cancelled.close)
        manifest = f"file {{ '{self.state}/{name}': ensure => file }}"
        (self.state / f'{name}.pp').write_text(manifest)
        job = self.job(
            node=name,
            folder=folders.of_node(self.state / 'nodes', 'prod', name),
            scratch=self.state / 'attempts' / name,
            parameters={'puppet_manifest': f'{self.state}/{name}.pp'},
        )
        return puppet.Puppet().run(job, watch)

    def test_they_do_not_disturb_each_other(self) -> None:
        names = [f'n{number}' for number in range(3)]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            found = list(pool.map(self.run_node, names))
        for name, result in zip(names, found, strict=True):
            self.assertEqual((result.summary or {})['changes']['total'], 1)
            self.assertTrue((self.state / name).exists())
            kept = self.state / 'nodes' / 'prod' / name / 'puppet'
            self.assertTrue((kept / 'state').is_dir())


class NoopTest(RealCase):
    """What the noop twin says."""

    def noop(self, manifest: str, **more: Any) -> Any:
        job = self.puppet_job(manifest, **more)
        result = puppet.Puppet().noop(job, self.watch)
        self.assertEqual(result.state, ExecutionState.READY)
        return result.summary

    def test_it_says_what_would_change_and_changes_nothing(self) -> None:
        summary = self.noop(_BAD)
        self.assertFalse(self.made.exists())
        self.assertTrue(summary['noop'])
        self.assertEqual(
            summary['plan'][0],
            f"File[{self.made}] ensure: current_value 'absent', should be "
            "'file' (noop)",
        )
        self.assertIn('resources', summary)

    def test_it_is_ready_even_when_it_fails(self) -> None:
        """Fuel: behaviour 98."""
        [said] = self.noop('this is no Puppet code {')['plan']
        self.assertRegex(said, r'^it fails: exit code 1: Error: .*yntax')


class MissingTest(PuppetCase):
    """Where there is no Puppet, or no manifest."""

    def setUp(self) -> None:
        super().setUp()
        there = mock.patch.object(puppet, '_ELSEWHERE', '/no/such')
        there.start()
        self.addCleanup(there.stop)

    def both(self, job: base.Job) -> tuple[str | None, list[str]]:
        """What the driver says, and its noop twin, without a process."""
        driver = puppet.Puppet()
        failed = driver.run(job, self.watch)
        noop = driver.noop(job, self.watch)
        self.assertEqual(failed.fault, 'Failed')
        self.assertEqual(noop.state, ExecutionState.READY)
        self.assertEqual(self.begun(), [])
        return failed.message, (noop.summary or {})['plan']

    def test_without_puppet_only_noop_is_ready(self) -> None:
        with mock.patch.dict(os.environ, {'PATH': '/no/such'}):
            said, plan = self.both(self.puppet_job(''))
        self.assertEqual(said, 'puppet is not installed')
        self.assertEqual(plan, [f'nothing can be done: {said}'])

    def test_without_a_manifest_only_noop_is_ready(self) -> None:
        there = mock.patch.object(shutil, 'which', return_value='/bin/puppet')
        with there:
            given = {'puppet_manifest': 'other.pp'}
            said, plan = self.both(self.puppet_job('', parameters=given))
        wanted = f"manifest other.pp doesn't exist in {self.state}"
        self.assertEqual(
            (said, plan), (wanted, [f'nothing can be done: {wanted}'])
        )

    def test_what_is_computed_is_not_guessed_under_noop(self) -> None:
        given = {'puppet_manifest': {'yaql_exp': '$.manifest'}}
        _said, [plan] = self.both(self.puppet_job('', parameters=given))
        self.assertIn('computed: puppet_manifest', plan)
