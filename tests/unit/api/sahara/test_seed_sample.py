"""The samples of seed 001, answered again; and where they contradict."""

from typing import Any

from trailmark.tests.unit.api.sahara import progressing
from trailmark.tests.unit.api.sahara.progressing import BEGAN, SECOND, E

#: The first step of the first sample, and what of it is the product's own.
DONE: dict[str, Any] = {
    'step_name': 'Launching instances',
    'step_type': 'creating',
    'completed': 1000,
    'total': 1000,
    'successful': True,
}
OPEN: dict[str, Any] = {
    'step_name': 'Waiting for ssh',
    'step_type': 'creating',
    'completed': 59,
    'total': 1000,
    'successful': None,
    'completed_at': None,
}
_STEP_KEYS = [
    *('id', 'cluster_id', 'step_name', 'step_type', 'completed', 'total'),
    *('successful', 'created_at', 'started_at', 'completed_at', 'updated_at'),
]
_EVENT_KEYS = [
    *('cluster_id', 'node_group_id', 'instance_id', 'instance_name'),
    *('provisioning_step_id', 'event_info', 'successful', 'id', 'created_at'),
]
_NONE = type(None)
#: `successful` is a text once: see below.
_STEP_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(('id', 'cluster_id', 'step_name', 'step_type'), (str,)),
    **dict.fromkeys(('created_at', 'updated_at'), (str,)),
    **dict.fromkeys(('completed', 'total', 'started_at'), (int,)),
    'completed_at': (int, _NONE),
    'successful': (bool, _NONE),
}
_EVENT_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_EVENT_KEYS, (str,)),
    'event_info': (str, _NONE),
    'successful': (bool,),
}
#: `2013-10-09 12:37:19.295701`.
_TIME = r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$'


class SeedSampleTest(progressing.ProgressTestCase):
    """A thousand instances were launched; 59 of them were reached."""

    def setUp(self) -> None:
        super().setUp()
        self.cluster = self.stored([f'n{n}' for n in range(1000)])
        self.run_ = self.begin('Launching instances', 'Waiting for ssh')
        self.attempt(0, range(1, 1001), lasts=600)
        self.attempt(1, range(1, 60), at=BEGAN + 600 * SECOND)

    def test_the_cluster_is_that_of_the_seed(self) -> None:
        shown = self.shown()
        done, open_ = shown['provisioning_progress']

        self.assertEqual('Waiting', shown['status'])
        self.assertEqual(DONE, _of(done, DONE))
        self.assertEqual(OPEN, _of(open_, OPEN))
        for step in (done, open_):
            self.assertLessEqual(set(_STEP_KEYS), set(step))
            self.assertEqual(str(self.cluster.id), step['cluster_id'])
            self.assertRegex(step['id'], r'^\d+$')
            for name in ('created_at', 'updated_at'):
                self.assertRegex(step[name], _TIME)
        self.assertEqual('2013-10-09 12:47:19.295701', done['updated_at'])
        self.assertEqual(1381322239, done['started_at'])
        self.assertEqual(1381322839, done['completed_at'])
        self.assertEqual(1381322839, open_['started_at'])

    def test_the_sentences_are_those_of_the_seed(self) -> None:
        shown = self.shown()

        self.assertEqual(
            [
                'Launching instances completed 1000 out of 1000 in 10 minutes',
                'Waiting for ssh completed: 59 out of 1000',
            ],
            [step['info'] for step in shown['provisioning_progress']],
        )
        self.assertEqual(
            'Waiting for ssh completed: 59 out of 1000',
            shown['status_description'],
        )

    def test_one_failure_makes_the_sample_of_errors(self) -> None:
        self.attempt(1, [60], E.ERROR)

        step = self.steps()[1]

        self.assertEqual({**OPEN, 'successful': False}, _of(step, OPEN))

    def test_events_are_those_of_the_seed(self) -> None:
        self.attempt(1, [60], E.ERROR, at=BEGAN + 900 * SECOND)

        found = self.events()

        self.assertEqual(60, len(found))
        for event in found:
            self.assertLessEqual(set(_EVENT_KEYS), set(event))
            self.assertRegex(event['created_at'], _TIME)
            self.assertEqual('a+b', event['node_group_id'])
            self.assertRegex(event['instance_id'], r'^\d+$')
        good, bad = found[0], found[-1]
        self.assertEqual(
            (None, True), (good['event_info'], good['successful'])
        )
        self.assertIs(False, bad['successful'])
        self.assertEqual('n59', bad['instance_name'])
        self.assertIn(bad['error_id'], bad['event_info'])

    def test_types_are_those_of_the_samples(self) -> None:
        self.attempt(1, [60], E.ERROR, at=BEGAN + 900 * SECOND)
        steps, events = self.steps(), self.events()

        for found, types in (
            *((step, _STEP_TYPES) for step in steps),
            *((event, _EVENT_TYPES) for event in events),
        ):
            wrong = {
                name: found[name]
                for name, known in types.items()
                if type(found[name]) not in known
            }
            self.assertEqual({}, wrong)

    def test_a_step_that_is_named_true_in_quotes_is_true(self) -> None:
        """The seed writes "True", None and False for one and the same."""
        self.assertIs(True, self.steps()[0]['successful'])
        self.assertIs(None, self.steps()[1]['successful'])

    def test_what_starts_after_it_completed_does_not(self) -> None:
        """The seed's sample starts at 36000000 and completes at 18000000."""
        done = self.steps()[0]

        self.assertIs(int, type(done['started_at']))
        self.assertLess(done['started_at'], done['completed_at'])

    def test_each_event_has_an_id_of_its_own_and_its_cluster(self) -> None:
        """The seed's events share an id, and the first has no cluster."""
        found = self.events()

        self.assertEqual(len(found), len({event['id'] for event in found}))
        self.assertEqual(
            {str(self.cluster.id)}, {event['cluster_id'] for event in found}
        )

    def test_the_step_of_an_event_goes_by_both_of_its_names(self) -> None:
        """The seed's table says provision_step_id, its sample another."""
        event = self.events()[0]

        self.assertEqual(event['provisioning_step_id'], event['step_id'])

    def test_events_of_a_step_that_is_done_are_not_told(self) -> None:
        """The seed drops them, and its sample has those of step 1 too."""
        told = {event['step_id'] for event in self.events()}

        self.assertEqual({self.steps()[1]['id']}, told)

    def test_one_object_has_times_as_texts_and_as_seconds(self) -> None:
        """As in the seed's sample, which mixes both."""
        step = self.steps()[0]

        self.assertIs(str, type(step['created_at']))
        self.assertIs(int, type(step['started_at']))


def _of(step: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: step[name] for name in wanted}
