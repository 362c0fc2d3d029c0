"""Which agents are alive, as reports say and other engines wrote down."""

import dataclasses
import threading

from trailmark.common import clock, liveness
from trailmark.db import agents, connection, journals, service_records
from trailmark.engine import attention
from trailmark.messaging import contracts

#: Seconds within which an agent speaks that is there.
_SPEAKS = 4.0
#: Seconds after which it is written again that an agent is alive.
_RENEWED = 5.0


@dataclasses.dataclass(slots=True)
class _Heard:
    agent: service_records.Agent
    #: In seconds for which this process has listened: it may have been
    #: paused since, and heard nobody.
    at: float
    #: Another journal came for its node while it was silent: nothing is
    #: sent to it before it speaks again.
    doubted: bool = False

    def serves(self, now: float) -> bool:
        """Whether it is alive and takes attempts."""
        agent = self.agent
        may = agent.refused is None and not agent.closing
        return may and self.at >= now - liveness.LIVE


class Presences:
    """Agents by node; from any thread. `save` and `load` use the database.

    Who saves again and again keeps it attentive: without, nobody's silence
    grows.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._nodes: dict[str, dict[str, _Heard]] = {}
        #: When an agent of a node last spoke to this process itself.
        self._spoke: dict[str, float] = {}
        self._attention = attention.Attention()
        self._unsaved: set[tuple[str, str]] = set()
        #: What was written down, and when.
        self._saved: dict[
            tuple[str, str], tuple[service_records.Agent, float]
        ] = {}
        #: How far each journal was ever seen, and what of it is written down.
        self._sequences: dict[str, int] = {}
        self._stored: dict[str, int] = {}

    def hear(self, report: contracts.Report) -> str | None:
        """Take in who reports; why that agent may not serve, if so."""
        presence = report.presence
        with self._lock:
            self._see(report)
            if presence is None:
                return None
            if not (report.journal or presence.unable):
                return None
            known = self._nodes.setdefault(presence.node, {})
            now = self._attention.now()
            refused = _refusal(known, presence, report.journal, now)
            if refused is not None:
                _doubt(known, report.journal, now)
            agent = _agent(presence, report, refused or presence.unable)
            if _is_another(refused, known.get(presence.name), presence, now):
                agent = dataclasses.replace(
                    agent, name=f'{presence.name}@{presence.host}'
                )
            known[agent.name] = _Heard(agent, now)
            if refused is None:
                self._spoke[agent.node] = clock.steady()
            if self._is_news(agent):
                self._unsaved.add((agent.node, agent.name))
            return refused

    def _see(self, report: contracts.Report) -> None:
        if report.journal and report.sequence > self.sequence_of(
            report.journal
        ):
            self._sequences[report.journal] = report.sequence

    def sequence_of(self, journal: str | None) -> int:
        """How far a journal was ever seen; 0: never."""
        return self._sequences.get(journal or '', 0)

    def _is_news(self, agent: service_records.Agent) -> bool:
        """What it holds is told when it is renewed."""
        old, at = self._saved.get((agent.node, agent.name), (None, 0.0))
        if old is None or at < clock.steady() - _RENEWED:
            return True
        return dataclasses.replace(old, held=agent.held) != agent

    def journal_of(self, node: str) -> str | None:
        """The journal of the node's live agents, if any."""
        now = self._attention.now()
        for heard in list(self._nodes.get(node, {}).values()):
            if heard.serves(now) and not heard.doubted:
                return heard.agent.journal
        return None

    def is_served(self, node: str) -> bool:
        """Whether a live agent serves the node."""
        return self.journal_of(node) is not None

    def silent_for(self, node: str) -> float | None:
        """Seconds since an agent of the node was heard of, None if never."""
        known = list(self._nodes.get(node, {}).values())
        at = max((heard.at for heard in known), default=None)
        return None if at is None else self._attention.now() - at

    def heard_at(self, node: str) -> float | None:
        """When one last spoke to this process itself, by the steady clock."""
        return self._spoke.get(node)

    @property
    def last_heard_at(self) -> float:
        """When any agent last spoke to this process; 0 if none has."""
        return max(list(self._spoke.values()), default=0.0)

    def save(self, db: connection.Database) -> None:
        """Write down who was heard here. Raises DatabaseUnavailable."""
        self._attention.tick()
        self._save_sequences(db)
        with self._lock:
            unsaved, self._unsaved = self._unsaved, set()
            found = [self._nodes[node][name].agent for node, name in unsaved]
            now = clock.steady()
            saved = {(each.node, each.name): (each, now) for each in found}
        try:
            agents.beat(db, sorted(found, key=lambda a: (a.node, a.name)))
        except BaseException:
            with self._lock:
                self._unsaved |= unsaved
            raise
        with self._lock:
            self._saved |= saved

    def _save_sequences(self, db: connection.Database) -> None:
        with self._lock:
            grown = {
                journal: sequence
                for journal, sequence in self._sequences.items()
                if sequence > self._stored.get(journal, 0)
            }
        journals.raise_sequences(db, grown)
        self._stored |= grown

    def load(self, db: connection.Database) -> None:
        """Take in whom other engines heard. Raises DatabaseUnavailable."""
        found, seen = agents.list_all(db), journals.sequences(db)
        self._stored |= seen
        with self._lock:
            for journal, sequence in seen.items():
                if sequence > self.sequence_of(journal):
                    self._sequences[journal] = sequence
            now = self._attention.now()
            for agent in found:
                ago = (agent.seen_ago or 0) / 1_000_000
                if ago < -liveness.LIVE:
                    continue  # the database's clock was set back since
                heard = _Heard(agent, now - max(0.0, ago))
                known = self._nodes.setdefault(agent.node, {})
                ours = known.get(agent.name)
                if ours is None or ours.at < heard.at:
                    known[agent.name] = heard


def _doubt(known: dict[str, _Heard], journal: str, now: float) -> None:
    """Who was silent for longer than agents are may be gone already."""
    for heard in known.values():
        if heard.agent.journal != journal and heard.at < now - _SPEAKS:
            heard.doubted = True


def _is_another(
    refused: str | None,
    known: _Heard | None,
    presence: contracts.Presence,
    now: float,
) -> bool:
    """Whether who may not serve has the name of one that may."""
    if known is None:
        return False
    elsewhere = known.serves(now) and known.agent.host != presence.host
    return refused is not None or (presence.unable is not None and elsewhere)


def _refusal(
    known: dict[str, _Heard],
    presence: contracts.Presence,
    journal: str,
    now: float,
) -> str | None:
    """Guard: second-journal."""
    if presence.unable is not None:
        return None
    for heard in known.values():
        if heard.serves(now) and heard.agent.journal != journal:
            other = heard.agent
            return (
                f'node {presence.node} is served by agent {other.name} on '
                f'{other.host}, with another journal'
            )
    return None


def _agent(
    presence: contracts.Presence,
    report: contracts.Report,
    refused: str | None,
) -> service_records.Agent:
    return service_records.Agent(
        node=presence.node,
        name=presence.name,
        host=presence.host,
        pid=presence.pid,
        version=presence.version,
        journal=report.journal,
        started_at=presence.started_at,
        drivers=presence.drivers,
        workers=presence.workers,
        held=len(report.held),
        closing=presence.closing,
        refused=refused,
    )
