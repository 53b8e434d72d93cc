"""The bodies and queries of the calls on disputes."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator

from service.console.dispute_desk import ShownDispute
from service.http.query import Query
from service.http.response_body import Body, Id, Time
from service.http.schemas import Request

Similarity = Annotated[float, BeforeValidator(lambda value: round(value, 4))]


class DisputesQuery(Query):
    """Which disputes."""

    state: Literal["open", "decided"] = "open"


class DecisionRequest(Request):
    """An operator decides a dispute."""

    decision: Literal["uphold", "reject"]


class DisputeResponse(Body):
    """A dispute. Once it is decided, contact and message are gone.

    ``raised`` counts all disputes over the account so far, ``is_operator`` says that only a command decides it,
    ``has_other_login`` that the account has a password or a passkey.
    """

    id: Id
    user_id: Id
    username: str
    is_operator: bool
    has_other_login: bool
    model: str
    similarity: Similarity
    cutoff: Similarity
    challenged: bool
    contact: str | None
    message: str | None
    raised: int
    raised_at: Time
    decision: Literal["upheld", "rejected"] | None
    decided_at: Time | None

    @classmethod
    def of_shown(cls, shown: ShownDispute) -> Self:
        """The body for a dispute."""
        dispute, claim = shown.dispute, shown.dispute.claim
        return cls(
            id=dispute.id,
            user_id=dispute.user_id,
            username=dispute.username,
            is_operator=shown.is_operator,
            has_other_login=shown.has_other_login,
            model=claim.model_id,
            similarity=claim.similarity,
            cutoff=claim.cutoff,
            challenged=claim.challenged,
            contact=claim.contact,
            message=claim.message,
            raised=shown.raised,
            raised_at=dispute.created_at,
            decision=dispute.decision,
            decided_at=dispute.decided_at,
        )


class DisputesResponse(Body):
    """Disputes, 200 at most: the open ones, the oldest first, or the decided ones, the latest decision first."""

    disputes: Sequence[DisputeResponse]


class DecidedResponse(Body):
    """The decision, and whom to tell. The contact is now deleted, so this response is the last that names it."""

    decision: Literal["upheld", "rejected"]
    username: str
    contact: str | None
