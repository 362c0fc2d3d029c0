"""What attempts would do, told without any of them."""

import logging
import pathlib
from collections.abc import Iterator, Mapping

from trailmark.agent import attempts
from trailmark.common import secrets
from trailmark.drivers import base
from trailmark.messaging import contracts

LOG = logging.getLogger(__name__)


class Planner:
    """Asks drivers for their plans; it implements contracts.Planner.

    Nothing is looked at on any node.
    """

    def __init__(
        self, drivers: Mapping[str, base.Driver], state_dir: pathlib.Path
    ) -> None:
        self._drivers = drivers
        self._places = attempts.Places(state_dir, 'planned')

    def steps(
        self, attempt: contracts.TaskAttempt, instance: contracts.Instance
    ) -> tuple[str, ...]:
        """Sentences about what the attempt would do, secrets masked."""
        try:
            found = [*self._steps(attempt, instance)]
        except Exception as error:
            said = f'{type(error).__name__}: {error}'
            found = [f'its driver fails to plan: {said}']
            LOG.warning(
                'No plan of %s: %s',
                attempt.name,
                secrets.mask_text(said, attempt.secrets),
            )
        return tuple(
            secrets.mask_text(text, attempt.secrets) for text in found
        )

    def _steps(
        self, attempt: contracts.TaskAttempt, instance: contracts.Instance
    ) -> Iterator[str]:
        driver = self._drivers[attempt.type]
        if driver.type.refusal is not None and not attempt.noop:
            yield f'it would be refused: {driver.type.refusal}'
        if attempt.test_pre is not None and not attempt.noop:
            yield f'test before: run {attempt.test_pre}'
        for step in driver.plan(self._places.job((attempt, instance)), None):
            yield step.text
        if attempt.test_post is not None and not attempt.noop:
            yield f'test after: run {attempt.test_post}'
