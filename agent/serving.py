"""An agent that serves a node behind a message broker."""

import dataclasses
import logging
import pathlib
import re
import threading
from collections.abc import Mapping
from typing import Any

from trailmark.agent import agent, files, freshness, routing, settings
from trailmark.agent import journal as journals
from trailmark.common import clock, exceptions
from trailmark.drivers import base
from trailmark.messaging import agents, contracts, threaded
from trailmark.messaging import files as messaging

LOG = logging.getLogger(__name__)
_TROUBLE = exceptions.TrailmarkError, threaded.messaging.MessagingException
_INSTALLATION = re.compile('[0-9A-Za-z_-]{1,64}')
#: Seconds for which the last report is waited for.
LAST_WORD = 6.0
#: Seconds in which attempts that are told to end do.
_ENDING = 30.0


class Serving:
    """Finds engines, serves them, and begins anew when it has to.

    Which journal it uses is the engines' to say: it belongs to their
    database. It begins anew when they refuse it, have another database, or
    when the journal can't be written.
    """

    def __init__(
        self,
        transport: Any,
        client: routing.Client,
        presence: contracts.Presence,
        drivers: Mapping[str, base.Driver],
        options: settings.Settings,
    ) -> None:
        self._transport, self._client = transport, client
        self._presence, self._drivers = presence, drivers
        self._options = options
        self._given_by_it: messaging.Files | None = None
        self._given_to_it: messaging.Files | None = None
        if presence.node == options.master:
            self._given_by_it = files.GivenFiles()
        else:
            self._given_to_it = messaging.FileClient(transport, options.master)
        self._clocks = freshness.EngineClocks()
        self._ended = threading.Event()
        self._changed = threading.Event()
        self._complaint: str | None = None
        self._thread = threading.Thread(
            target=self._run, name=f'{presence.name}-serving', daemon=True
        )

    def start(self) -> None:
        """Begin; from now on there is a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Drain, leave the rest to the journal, and say so to engines."""
        self._ended.set()
        self._changed.set()
        self._thread.join(self._options.drain_seconds + LAST_WORD + 10.0)

    def _run(self) -> None:
        while not self._is_over():
            try:
                self._serve()
            except _TROUBLE as error:
                self._complain(str(error))
            except Exception:
                LOG.exception('The agent begins anew')
            self._ended.wait(self._options.report_interval)

    def _is_over(self) -> bool:
        # Who ends it sets both, so that none of it is lost here.
        self._changed.clear()
        return self._ended.is_set()

    def _complain(self, reason: str) -> None:
        """The same reason is told once."""
        level = logging.DEBUG if reason == self._complaint else logging.WARNING
        LOG.log(level, 'The agent waits: %s', reason)
        self._complaint = reason

    def _serve(self) -> None:
        """Until it is told to end, or has to begin anew.

        Raises MessageNotSent, MessageRefused, AgentRefused,
        JournalUnavailable.
        """
        path = self._journal_of(self._hello().installation)
        journal = self._opened(path)
        try:
            answer = self._hello(journal)
            if journal.renew_if_behind(answer.sequence):
                LOG.warning('%s is an old copy: it is another journal', path)
                answer = self._hello(journal)
            if answer.refused is not None:
                raise exceptions.AgentRefused(reason=answer.refused)
            if answer.installation != path.stem:
                return
        except BaseException:
            journal.close()
            raise
        self._complaint = None
        self._serve_with(journal, path.stem)

    def _opened(self, path: pathlib.Path) -> journals.Journal:
        """The journal; engines are told why, if it can't be used."""
        try:
            return journals.Journal(path, self._options.journal_days)
        except exceptions.JournalUnavailable as error:
            self._hello(unable=str(error))
            raise

    def _hello(
        self,
        journal: journals.Journal | None = None,
        unable: str | None = None,
    ) -> contracts.ReportAnswer:
        """Say who is there, and that nothing is taken in yet."""
        there = self._not_yet()
        if unable is not None:
            there = dataclasses.replace(self._presence, unable=unable)
        report = contracts.Report(
            there.name,
            '' if journal is None else journal.id,
            presence=there,
            sequence=0 if journal is None else journal.sequence,
        )
        began = clock.steady_micros()
        answer = self._client.report(None, report)
        self._clocks.learn(answer, began)
        return answer

    def _not_yet(self) -> contracts.Presence:
        """It is there, but nobody may dispatch to it."""
        return dataclasses.replace(self._presence, closing=True)

    def _journal_of(self, installation: str | None) -> pathlib.Path:
        if not _INSTALLATION.fullmatch(installation or ''):
            raise exceptions.MessageRefused(
                reason=f'{installation!r:.100} is no name of a database'
            )
        folder = self._options.state_dir / 'journals'
        return folder / f'{installation}.db'

    def _serve_with(self, journal: journals.Journal, database: str) -> None:
        router = routing.Router(
            self._client, database, self._doubt, self._clocks
        )
        served = self._agent(journal, router)
        there = self._presence
        server = agents.server(
            self._transport,
            there.node,
            there.name,
            served,
            router.heard,
            self._given_by_it,
        )
        try:
            server.start()
            LOG.info('agent %s serves node %s', there.name, there.node)
            served.announce()
            self._changed.wait()
            served.announce(closing=True)
            server.stop()
            server.wait()
        finally:
            self._close(served)
            router.close()

    def _doubt(self, reason: str) -> None:
        self._complain(reason)
        self._changed.set()

    def _agent(
        self, journal: journals.Journal, router: routing.Router
    ) -> agent.Agent:
        said = self._options
        return agent.Agent(
            name=self._presence.name,
            journal=journal,
            state_dir=said.state_dir,
            engine=router,
            drivers=self._drivers,
            workers=said.workers,
            report_interval=said.report_interval,
            stale_seconds=said.stale_seconds,
            presence=self._not_yet(),
            work=said.work_folder,
            given=self._given_to_it,
            clocks=self._clocks,
            environment=said.environment,
        )

    def _close(self, served: agent.Agent) -> None:
        """What still runs then goes on only if this process does not."""
        served.drain(self._options.drain_seconds)
        if not self._ended.is_set():
            served.end_all(_ENDING)
        served.close(last_word=LAST_WORD)
