"""Login by face: one search of the gallery, one verdict."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.core.unit_of_work import UnitOfWork
from db.queries import users
from db.search.templates import Candidate
from service.audit.audit import Audit, Event
from service.domain.decision import Outcome, Verdict
from service.domain.errors import FaceGoneError
from service.domain.identity import Identity
from service.faces.captures import Capture
from service.gallery import search
from service.gallery.gallery import Snapshot
from service.gallery.replica import Replica
from service.login.face_reader import LoginFace
from service.runtime.metrics import Compared, Metrics

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recognition:
    """What came of a login's images.

    Attributes:
        outcome: callers are told only whether there is a ``person``.
        person: who was matched, or None.
        stages: milliseconds by stage: those of ``LoginFace``, and ``db``.
    """

    outcome: Outcome
    person: Identity | None
    stages: Mapping[str, float]


class Recognizer:
    """Says whose face it is."""

    def __init__(
        self,
        *,
        audit: Audit,
        metrics: Metrics,
        replica: Replica | None = None,
    ) -> None:
        """``replica`` is where everybody is searched, if there is one; all else is asked of the primary."""
        self._metrics = metrics
        self._audit = audit
        self._replica = replica

    def recognize(self, work: UnitOfWork, face: LoginFace, username: str | None = None) -> Recognition:
        """Searches everybody, or with a username compares with that person alone (1:1).

        Raises FaceGoneError or DatabaseUnavailableError.
        """
        start = time.perf_counter()
        compared: Compared = "gallery" if username is None else "person"
        if username is None:
            verdict = self._identify(work, face.gallery, face.captures)
        else:
            found = search.of_username(work, face.captures, username)
            self._measure(compared, [found] if found else [])
            verdict = face.gallery.verify(found)
        stages = {**face.stages, "db": (time.perf_counter() - start) * 1000}
        self._metrics.face_login(compared, verdict.outcome)
        logger.info("face login: %s", verdict.outcome)
        person = verdict.candidate
        if person is not None and not users.hold_face(work.session, person.user_id):
            raise FaceGoneError
        self._audit.record(work, Event.FACE_LOGIN, user_id=person.user_id if person else None, outcome=verdict.outcome)
        return Recognition(
            verdict.outcome, Identity(person.user_id, person.username, person.display_name) if person else None, stages
        )

    def _identify(self, work: UnitOfWork, gallery: Snapshot, captures: Sequence[Capture]) -> Verdict:
        """The verdict on a search of everybody, which holds on the primary too whoever it names."""
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
        """Counts how alike the nearest is by each model; of whom, the metrics don't hear."""
        best: dict[str, float] = {}
        for candidate in candidates:
            best[candidate.model_id] = max(candidate.similarity, best.get(candidate.model_id, -1.0))
        for model_id, similarity in best.items():
            self._metrics.similarity(compared, model_id, similarity)
