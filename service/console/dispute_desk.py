"""Disputes over whose face is enrolled, for an operator to decide; see ``service/privacy/disputes.py``."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import audit_events, disputes, operators, passkeys, users
from db.queries.disputes import Decision, StoredDispute
from service.accounts.passwords import NO_PASSWORD
from service.audit.audit import Audit, Event
from service.console.operators import lock_for_act
from service.domain.operator_errors import DisputeNotFoundError
from service.privacy import dispute_decisions
from service.privacy.erasure import Erasure

SHOWN = 200
"""Disputes shown: of the open ones the oldest, of the decided ones the latest."""


@dataclass(frozen=True)
class ShownDispute:
    """A dispute.

    Attributes:
        dispute: as it is stored.
        raised: how many disputes over this account were raised so far, as far as the audit reaches; the best are kept.
        is_operator: whether the account is an operator's, so that only a command decides the dispute.
        has_other_login: whether the user can log in without the face: by a password or a passkey.
    """

    dispute: StoredDispute
    raised: int
    is_operator: bool
    has_other_login: bool


@dataclass(frozen=True)
class Decided:
    """A decision.

    Attributes:
        decision: what was decided.
        username: of the account.
        contact: whom to tell, if the person gave a contact. It is deleted now.
    """

    decision: Decision
    username: str
    contact: str | None


class DisputeDesk:
    """Shows and decides disputes."""

    def __init__(self, erasure: Erasure, audit: Audit) -> None:
        self._erasure = erasure
        self._audit = audit

    def listed(self, work: UnitOfWork, *, decided: bool) -> Sequence[ShownDispute]:
        """Returns the open disputes, the oldest first, or the decided ones, the latest first; ``SHOWN`` at most."""
        found = disputes.first_of(work.session, decided=decided, limit=SHOWN)
        ids = {one.user_id for one in found}
        raised = audit_events.count_each(work.session, Event.DISPUTE_RAISED, ids)
        operating = operators.among(work.session, ids)
        other = passkeys.owners_among(work.session, ids) | users.with_other_hash(work.session, ids, NO_PASSWORD)
        return [
            ShownDispute(
                dispute=one,
                raised=max(1, raised.get(one.user_id, 0)),
                is_operator=one.user_id in operating,
                has_other_login=one.user_id in other,
            )
            for one in found
        ]

    def decide(self, work: UnitOfWork, operator: UUID, dispute_id: UUID, *, upheld: bool) -> Decided:
        """Decides an open dispute.

        Raises DisputeNotFoundError, OperatorProtectedError or StorageError.
        """
        dispute = dispute_decisions.open_dispute(work, dispute_id)
        audit = self._audit.by(operator)
        if not lock_for_act(work, audit, dispute.user_id):
            raise DisputeNotFoundError(dispute_id)
        if upheld:
            dispute_decisions.uphold(work, self._erasure.by(operator), dispute_id, audit)
        else:
            dispute_decisions.reject(work, dispute_id, audit)
        decision = Decision.UPHELD if upheld else Decision.REJECTED
        return Decided(decision, dispute.username, dispute.claim.contact)
