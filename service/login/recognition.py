"""Login by face: one search of the gallery, one verdict, one session."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from db.queries import face_logins
from db.search.templates import Candidate
from service.accounts.sessions import Session, Sessions
from service.audit.audit import Audit, Event
from service.domain.decision import Outcome, Verdict
from service.domain.errors import FaceGoneError
from service.domain.identity import Identity
from service.domain.levels import Level
from service.faces.captures import Capture
from service.gallery import search
from service.gallery.gallery import Snapshot
from service.gallery.replica import Replica
from service.login.face_reader import LoginFace
from service.runtime.metrics import Compared, Metrics

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MatchedUser:
    """The user whom a login by face has matched, with their new session and its level."""

    person: Identity
    session: Session
    level: Level


@dataclass(frozen=True)
class FaceLogin:
    """The result of a login by face.

    Attributes:
        outcome: of the search. Clients learn only whether a user was matched.
        matched: None where no user was matched.
        stages: milliseconds by stage: those of ``LoginFace``, and ``db``.
    """

    outcome: Outcome
    matched: MatchedUser | None
    stages: Mapping[str, float]


class Recognizer:
    """Logs users in by face."""

    def __init__(
        self, *, database: Database, sessions: Sessions, audit: Audit, metrics: Metrics, replica: Replica | None = None
    ) -> None:
        """``replica`` is where the gallery is searched, if there is one. All other statements go to ``database``."""
        self._database = database
        self._sessions = sessions
        self._audit = audit
        self._metrics = metrics
        self._replica = replica

    def log_in(self, face: LoginFace, username: str | None = None) -> FaceLogin:
        """Searches the gallery, or compares with one user (1:1), and starts a session for the user matched.

        The search and the start are two transactions of one statement each. No transaction is open between them: an
        erasure may come first, and then nobody is let in.

        Raises FaceGoneError (erased since the search) or DatabaseUnavailableError.
        """
        start = time.perf_counter()
        with self._database.single_statements() as work:
            verdict = self._verdict(work, face, username)
            stages = {**face.stages, "db": (time.perf_counter() - start) * 1000}
            self._metrics.face_login("gallery" if username is None else "person", verdict.outcome)
            logger.info("face login: %s", verdict.outcome)
            if verdict.candidate is None:
                self._audit.record(work, Event.FACE_LOGIN, outcome=verdict.outcome)
                return FaceLogin(verdict.outcome, None, stages)
            return FaceLogin(verdict.outcome, self._let_in(work, verdict.candidate, face.level), stages)

    def _let_in(self, work: UnitOfWork, person: Candidate, level: Level) -> MatchedUser:
        new = self._sessions.prepare(person.user_id, level)
        if not face_logins.let_in(work.session, new.token, Event.FACE_LOGIN, Outcome.MATCHED):
            raise FaceGoneError
        identity = Identity(person.user_id, person.username, person.display_name)
        return MatchedUser(identity, self._sessions.started(new), level)

    def _verdict(self, work: UnitOfWork, face: LoginFace, username: str | None) -> Verdict:
        if username is None:
            return self._identify(work, face.gallery, face.captures)
        found = search.of_username(work, face.captures, username)
        self._measure("person", [found] if found else [])
        return face.gallery.verify(found)

    def _identify(self, work: UnitOfWork, gallery: Snapshot, captures: Sequence[Capture]) -> Verdict:
        """The verdict on a search of the gallery. A match found on a replica is confirmed on the primary."""
        found = self._replica.nearest(captures, gallery.is_match) if self._replica else None
        on_replica = found is not None
        if found is None:
            found = search.nearest(work, captures, gallery.is_match)
        self._measure("gallery", found)
        verdict = gallery.identify(found)
        if verdict.candidate is None or not on_replica:
            return verdict
        now = search.of_user(work, captures, verdict.candidate.user_id)
        return gallery.identify([now] if now else [])

    def _measure(self, compared: Compared, candidates: Sequence[Candidate]) -> None:
        """Counts the similarity of the nearest template by each model, without naming its user."""
        best: dict[str, float] = {}
        for candidate in candidates:
            best[candidate.model_id] = max(candidate.similarity, best.get(candidate.model_id, -1.0))
        for model_id, similarity in best.items():
            self._metrics.similarity(compared, model_id, similarity)
