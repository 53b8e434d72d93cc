"""Disputes: somebody finds their face enrolled by another, and says so.

They show their face, and where it is like an account's template the operator finds a claim against that account.
Nothing else follows by itself. In particular the face goes on logging in while a dispute is open: whoever has a picture
of somebody could otherwise lock them out by disputing their own face. Only the operator, who can ask for a passport,
can tell the two apart.

The caller hears the same whether any account is like them, after the same statements, and whose it is not at all. What
is kept of the face that was shown is how alike it is, no picture and no vector.
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
"""Disputes over one account that may wait at a time, one of each contact. A further one takes the place of the oldest,
of those without a challenge first: nobody can fill the places beforehand, to have nobody else heard."""

KEPT = timedelta(days=90)
"""How long a decided dispute is kept, without contact and message: as long as somebody may come back to it."""

logger = logging.getLogger(__name__)


class Disputes:
    """Takes disputes."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def raise_over(self, work: UnitOfWork, face: LoginFace, contact: str | None, message: str | None) -> None:
        """Records a claim against every account that this person would be taken for, or that there was none.

        Args:
            work: its transaction.
            face: of this person.
            contact: where the person can be reached.
            message: what they have to say.
        """
        claims: dict[UUID, Claim] = {}
        for candidate in search.nearest(work, face.captures):
            cutoff = face.gallery.models[candidate.model_id].decision.cutoff
            if candidate.similarity >= cutoff:
                claim = Claim(candidate.model_id, candidate.similarity, cutoff, face.is_live, contact, message)
                claims.setdefault(candidate.user_id, claim)
        if not claims:  # nobody has this number: the same statements find nobody, so that their time tells nothing
            claims[uuid4()] = Claim(face.gallery.main, 0.0, 0.0, face.is_live, contact, message)
        for user_id in sorted(claims):  # in one order, so that no two disputes wait for each other
            self._record(work, user_id, claims[user_id])

    def forget_decided(self, work: UnitOfWork) -> None:
        """Deletes those that were decided long ago."""
        disputes.delete_decided(work.session, datetime.now(UTC) - KEPT)

    def _record(self, work: UnitOfWork, user_id: UUID, claim: Claim) -> None:
        """Of a face that was erased this moment nothing is recorded, by the same statements."""
        account = users.lock(work.session, user_id)
        enrolment = enrolment_of(work, user_id)
        found = account is not None and enrolment is not None
        user_id = user_id if found else uuid4()
        disputes.add(work.session, user_id, claim)
        disputes.keep_best(work.session, user_id, MAX_OPEN)
        self._audit.record(work, Event.DISPUTE_RAISED, user_id=user_id if found else None)
        if found:
            logger.info("a dispute was raised: see `visage dispute list`")
