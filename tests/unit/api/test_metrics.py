"""What Prometheus scrapes agrees with the tables."""

import httpx
from prometheus_client import parser

from trailmark.tests.unit.api import served


class MetricsTest(served.ApiTestCase):
    def test_a_run_and_its_executions_are_counted(self) -> None:
        before = self._scraped()

        self.deploy()

        after = self._scraped()
        more = {key: after[key] - before[key] for key in before}
        self.assertEqual(1, more['trailmark_runs', 'running'])
        self.assertEqual(served.ROWS, more['trailmark_executions', 'pending'])
        self.assertEqual(0, more['trailmark_runs', 'ready'])

    def test_the_answer_is_of_the_text_format(self) -> None:
        answer = self._asked()

        self.assertTrue(
            answer.headers['Content-Type'].startswith('text/plain; version=')
        )

    def _asked(self) -> httpx.Response:
        return self.client.get('http://trailmark/metrics')

    def _scraped(self) -> dict[tuple[str, str], float]:
        """Values by name and status."""
        return {
            (sample.name, sample.labels['status']): sample.value
            for family in parser.text_string_to_metric_families(
                self._asked().text
            )
            for sample in family.samples
            if 'status' in sample.labels
        }
