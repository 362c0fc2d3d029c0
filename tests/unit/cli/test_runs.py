"""Tests of `trailmark run`."""

import testtools

from trailmark.tests.unit.cli import double

_KEYS = [
    'id',
    'status',
    'cluster',
    'graph_types',
    'counts',
    'time_start',
    'time_end',
    'message',
]


class _OnDouble(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()

    def _run(self, *words: str) -> double.Said:
        return double.call(double.Link(self.api), 'run', *words)


class ListTest(_OnDouble):
    def test_json_has_the_keys_of_a_run_and_follows_pages(self) -> None:
        first = {'runs': [double.run_document()], 'next': 3}
        last = {'runs': [double.run_document('error', id=2)], 'next': None}
        self.api.answer('GET', 'runs', first, last)
        said = self._run('list', '--cluster', 'shop', '-f', 'json')
        self.assertEqual([3, 2], [row['id'] for row in said.json])
        self.assertEqual(_KEYS, list(said.json[0]))
        asked = self.api.asked('GET', 'runs')
        self.assertEqual('3', asked[1]['marker'])
        self.assertEqual('shop', asked[1]['cluster'])

    def test_filters_are_asked_for_and_a_limit_ends_it(self) -> None:
        runs = [double.run_document(id=number) for number in (9, 8, 7)]
        self.api.answer('GET', 'runs', {'runs': runs, 'next': 7})
        said = self._run(
            *('list', '--status', 'ready', 'error', '--type', 'default'),
            *('--node', 'n1', '--since', '2024-05-31', '--all'),
            *('--limit', '2', '-f', 'json'),
        )
        self.assertEqual([9, 8], [row['id'] for row in said.json])
        [asked] = self.api.asked('GET', 'runs')
        self.assertEqual('ready,error', asked['status'])
        self.assertEqual(('default', 'n1'), (asked['type'], asked['node']))
        self.assertTrue(asked['since'].startswith('2024-05-3'))
        self.assertEqual(('1', '2'), (asked['all'], asked['limit']))

    def test_a_time_that_is_none_is_refused(self) -> None:
        said = self._run('list', '--since', 'yesterday')
        self.assertEqual(2, said.code)
        self.assertIn("'yesterday' is no time", said.err)

    def test_a_table_is_readable(self) -> None:
        page = {'runs': [double.run_document()], 'next': None}
        self.api.answer('GET', 'runs', page)
        said = self._run('list')
        self.assertIn(' 2 ready ', said.out)
        self.assertRegex(said.out, r'202[34]-[01]\d-[03]\d \d\d:00:00 ')


class ShowTest(_OnDouble):
    def test_json_has_the_keys_of_a_run(self) -> None:
        self.api.answer('GET', 'runs/3', {'run': double.run_document()})
        said = self._run('show', '3', '-f', 'json')
        self.assertEqual(_KEYS, list(said.json)[: len(_KEYS)])
        self.assertEqual({'ready': 2, 'total': 2}, said.json['counts'])

    def test_times_are_asked_for_apart_and_may_be_unknown(self) -> None:
        self.api.answer('GET', 'runs/3', {'run': double.run_document()})
        self.api.answer('GET', 'runs/3/times', {'times': {'elapsed': 2.0}})
        self.api.answer('GET', 'audit', {'audit': [], 'next': None})
        said = self._run('show', '3', '-f', 'json')
        self.assertEqual({'elapsed': 2.0}, said.json['times'])
        self.api.answers.pop(('GET', 'runs/3/times'))
        said = self._run('show', '3', '-f', 'json')
        self.assertIsNone(said.json['times'])
        self.assertIn('warning: where its time went', said.err)

    def test_a_run_is_shown_with_who_asked_for_what(self) -> None:
        self.api.answer('GET', 'runs/3', {'run': double.run_document()})
        row = {'time': '2024-01-01T12:00:00', 'user': 'eve', 'event': 'stop'}
        self.api.answer('GET', 'audit', {'audit': [row], 'next': None})
        said = self._run('show', '3')
        self.assertRegex(said.out, r'audit .*:00:00 eve: stop')
        self.assertEqual('3', self.api.asked('GET', 'audit')[0]['run'])

    def test_a_run_that_is_not_there_is_exit_code_2(self) -> None:
        missing = double.refusal('not_found', 'There is no run 9.')
        self.api.answer('GET', 'runs/9', missing, status=404)
        said = self._run('show', '9')
        self.assertEqual((2, ''), (said.code, said.out))
        self.assertEqual('trailmark: There is no run 9.\n', said.err)


class WatchTest(_OnDouble):
    def _watch(self, *runs: dict[str, object]) -> double.Said:
        self.api.answer('GET', 'runs/3', *({'run': run} for run in runs))
        none: dict[str, object] = {'transitions': [], 'next': None}
        self.api.answer('GET', 'runs/3/transitions', none)
        return self._run('watch', '3')

    def test_the_exit_code_is_that_of_the_run(self) -> None:
        running = double.run_document('running')
        said = self._watch(running, double.run_document('ready'))
        self.assertEqual(0, said.code)
        self.assertIn('Run 3 is ready', said.out)

    def test_a_run_that_nobody_drives_is_exit_code_4(self) -> None:
        lapsed = double.run_document('running', resumable=True)
        said = self._watch(lapsed)
        self.assertEqual(4, said.code)
        self.assertIn('trailmark run resume 3', said.err)


class AskTest(_OnDouble):
    def test_stop_and_cancel_say_that_they_were_asked(self) -> None:
        for wish in ('stop', 'cancel'):
            with self.subTest(wish):
                answer = {'run': double.run_document('running')}
                self.api.answer('POST', f'runs/3/{wish}', answer, status=202)
                self.api.answer('GET', 'runs/3', answer)
                said = self._run(wish, '3')
                self.assertEqual(0, said.code)
                self.assertIn(f'Run 3 was asked to {wish}\n', said.out)

    def test_a_run_that_has_ended_is_exit_code_2(self) -> None:
        ended = double.refusal('run_ended', 'Run 3 has ended ready.')
        self.api.answer('POST', 'runs/3/stop', ended, status=409)
        said = self._run('stop', '3')
        self.assertEqual(2, said.code)
        self.assertEqual('trailmark: Run 3 has ended ready.\n', said.err)

    def test_wait_follows_the_run_to_its_end(self) -> None:
        answer = {'run': double.run_document('stopping')}
        self.api.answer('POST', 'runs/3/stop', answer, status=202)
        self.api.answer(
            'GET', 'runs/3', {'run': double.run_document('stopped')}
        )
        none: dict[str, object] = {'transitions': [], 'next': None}
        self.api.answer('GET', 'runs/3/transitions', none)
        said = self._run('stop', '3', '--wait')
        self.assertEqual(0, said.code)
        self.assertIn('Run 3 is stopped', said.out)


class ResumeTest(_OnDouble):
    def setUp(self) -> None:
        super().setUp()
        self.api.answer(
            'POST',
            'runs/3/resume',
            {
                'run': double.run_document('running'),
                'changed_tasks': ['release r: task a changed'],
            },
            status=202,
        )
        self.api.answer('GET', 'runs/3', {'run': double.run_document()})
        self.api.answer('GET', 'runs/3/nodes', {'nodes': []})
        none: dict[str, object] = {'transitions': [], 'next': None}
        self.api.answer('GET', 'runs/3/transitions', none)

    def test_it_follows_the_run_and_names_changed_tasks(self) -> None:
        said = self._run('resume', '3')
        self.assertEqual(0, said.code)
        self.assertIn('release r: task a changed', said.err)
        self.assertIn('`trailmark deploy` starts a new run', said.err)
        self.assertIn('Run 3 is ready', said.out)

    def test_what_is_skipped_is_sent_wherever_the_run_stands(self) -> None:
        for line in ('3 --skip a@n b', '--skip a@n b 3', '--skip a@n,b 3'):
            with self.subTest(line):
                said = self._run('resume', *line.split())
                self.assertEqual(0, said.code)
                body = self.api.asked('POST', 'runs/3/resume')[-1]
                self.assertEqual({'skip': ['a@n', 'b']}, body)

    def test_no_run_is_a_usage_error(self) -> None:
        said = double.call(None, 'run', 'resume')
        self.assertEqual(2, said.code)


class DeleteTest(_OnDouble):
    def test_a_run_is_hidden(self) -> None:
        self.api.answer('DELETE', 'runs/3', None, status=204)
        said = self._run('delete', '3')
        self.assertEqual(0, said.code)
        self.assertIn('its history stays', said.out)

    def test_an_active_run_is_refused(self) -> None:
        active = double.refusal('run_active', 'Run 3 is running.')
        self.api.answer('DELETE', 'runs/3', active, status=409)
        self.assertEqual(2, self._run('delete', '3').code)
