"""An operator's decisions of disputes over whose face is enrolled; see ``service/privacy/disputes.py``."""

from datetime import UTC, datetime
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import disputes, refresh_tokens
from db.queries.disputes import Decision, StoredDispute
from service.audit.audit import Audit, ErasedBy, Event
from service.domain.operator_errors import DisputeNotFoundError
from service.privacy.erasure import Erasure


def open_dispute(work: UnitOfWork, dispute_id: UUID) -> StoredDispute:
    """Returns a dispute that is not decided yet. Raises DisputeNotFoundError."""
    dispute = disputes.find(work.session, dispute_id)
    if dispute is None or dispute.decision is not None:
        raise DisputeNotFoundError(dispute_id)
    return dispute


def uphold(work: UnitOfWork, erasure: Erasure, dispute_id: UUID, audit: Audit) -> StoredDispute:
    """Decides that the account has another person's face. Erases the face and ends the sessions; the account stays.

    This also upholds the other open disputes over the account. Raises DisputeNotFoundError or StorageError.
    """
    dispute = open_dispute(work, dispute_id)
    now = datetime.now(UTC)
    refresh_tokens.revoke_user(work.session, dispute.user_id, now)  # first, so that no login happens in between
    erasure.erase_face(work, dispute.user_id, ErasedBy.DISPUTE)
    if not disputes.decide(work.session, dispute_id, Decision.UPHELD, now):  # another command has decided it meanwhile
        raise DisputeNotFoundError(dispute_id)
    disputes.uphold_all(work.session, dispute.user_id, now)
    _record(work, dispute, Decision.UPHELD, audit)
    return dispute


def reject(work: UnitOfWork, dispute_id: UUID, audit: Audit) -> StoredDispute:
    """Decides that the account has its own user's face; changes nothing else. Raises DisputeNotFoundError."""
    dispute = open_dispute(work, dispute_id)
    if not disputes.decide(work.session, dispute_id, Decision.REJECTED, datetime.now(UTC)):
        raise DisputeNotFoundError(dispute_id)
    _record(work, dispute, Decision.REJECTED, audit)
    return dispute


def _record(work: UnitOfWork, dispute: StoredDispute, decision: Decision, audit: Audit) -> None:
    audit.record(work, Event.DISPUTE_DECIDED, user_id=dispute.user_id, outcome=decision)
