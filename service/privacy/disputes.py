"""Disputes: a person finds that another account has their face, and reports it.

The person shows their face. If it is similar to an account's template, the operator sees a claim against that account.
Nothing else happens automatically. In particular, the face can still log in while a dispute is open. Otherwise anyone
with a picture of a user could lock the user out by a false dispute. Only the operator, who can ask for a passport, can
tell the two people apart.

The client gets the same answer whether any account is similar or not, after the same statements, and never learns which
account. Of the shown face only the similarity is stored, no picture and no vector.
"""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from db.core.unit_of_work import UnitOfWork
from db.queries import disputes, users
from db.queries.disputes import Claim
from service.audit.audit import Audit, Event
from service.gallery import search
from service.login.enrolment import enrolment_of
from service.login.face_reader import LoginFace

MAX_OPEN = 20
"""Maximum open disputes over one account, one per contact. A further one replaces the oldest, first those without a
challenge. So an attacker cannot fill all places beforehand to silence others."""

KEPT = timedelta(days=90)
"""How long a decided dispute is kept, without contact and message, in case a person comes back to it."""

logger = logging.getLogger(__name__)


class Disputes:
    """Records disputes."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def raise_over(self, work: UnitOfWork, face: LoginFace, contact: str | None, message: str | None) -> None:
        """Records a claim against every account that the person would match, or records that there was none.

        Args:
            work: the transaction of the dispute.
            face: the person's face.
            contact: where the person can be reached.
            message: what the person has to say.
        """
        claims: dict[UUID, Claim] = {}
        for candidate in search.nearest(work, face.captures):
            cutoff = face.gallery.models[candidate.model_id].decision.cutoff
            if candidate.similarity >= cutoff:
                claim = Claim(candidate.model_id, candidate.similarity, cutoff, face.is_challenged, contact, message)
                claims.setdefault(candidate.user_id, claim)
        if not claims:  # a random id runs the same statements, so that their time discloses nothing
            claims[uuid4()] = Claim(face.gallery.main, 0.0, 0.0, face.is_challenged, contact, message)
        for user_id in sorted(claims):  # in a fixed order, so that two disputes cannot deadlock
            self._record(work, user_id, claims[user_id])

    def forget_decided(self, work: UnitOfWork) -> None:
        """Deletes disputes that were decided long ago."""
        disputes.delete_decided(work.session, datetime.now(UTC) - KEPT)

    def _record(self, work: UnitOfWork, user_id: UUID, claim: Claim) -> None:
        """Records a claim; if the face has just been erased, runs the same statements but records no claim."""
        account = users.lock(work.session, user_id)
        enrolment = enrolment_of(work, user_id)
        found = account is not None and enrolment is not None
        user_id = user_id if found else uuid4()
        disputes.add(work.session, user_id, claim)
        disputes.keep_best(work.session, user_id, MAX_OPEN)
        self._audit.record(work, Event.DISPUTE_RAISED, user_id=user_id if found else None)
        if found:
            logger.info("a dispute was raised: see `visage dispute list`")
