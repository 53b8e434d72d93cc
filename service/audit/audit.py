"""The record of what happened to accounts. It outlasts the accounts.

An event holds an account's id and words defined in this program. The id means nothing once the account is erased. An
event never holds a name, an address or biometric data. It is written in the same transaction as the action it records,
so neither exists without the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from db.core.models import AuditEvent
from db.core.unit_of_work import UnitOfWork
from db.queries import audit_events


class Event(StrEnum):
    """What can happen.

    An operator causes ``AUDIT_PRUNED`` and every event below it; the database itself records ``AUDIT_PRUNED``. The host
    application or an operator causes ``INVITED`` and ``LINK_MADE``. A user causes the other events, unless the member
    ``by`` of their details names somebody else (:class:`ErasedBy`).
    """

    SIGN_UP = "sign_up"
    RE_ENROLMENT = "re_enrolment"
    FACE_LOGIN = "face_login"
    PASSWORD_LOGIN = "password_login"  # noqa: S105 (a name)
    LIVENESS_REFUSED = "liveness_refused"
    PASSKEY_LOGIN = "passkey_login"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    SESSION_REUSED = "session_reused"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (a name)
    EXPORT = "export"
    LOGGED_OUT_EVERYWHERE = "logged_out_everywhere"
    OPENID_LOGIN = "openid_login"
    OPENID_CONSENT = "openid_consent"
    OPENID_LOGOUT = "openid_logout"
    CODE_REUSED = "code_reused"
    PASSWORD_RESET = "password_reset"  # noqa: S105 (a name)
    INVITED = "invited"
    LINK_MADE = "link_made"
    DISPUTE_RAISED = "dispute_raised"
    FACE_ERASED = "face_erased"
    IMAGES_ERASED = "images_erased"
    ACCOUNT_ERASED = "account_erased"
    AUDIT_PRUNED = "audit_pruned"
    PASSWORD_SET = "password_set"  # noqa: S105 (a name)
    LINK_WITHDRAWN = "link_withdrawn"
    LOGGED_OUT = "logged_out"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    DISPUTE_DECIDED = "dispute_decided"
    KEY_ROTATED = "key_rotated"
    KEY_RETIRED = "key_retired"
    IMPORT = "import"
    BULK_EXPORT = "bulk_export"
    REEMBEDDED = "reembedded"
    IMAGES_ROTATED = "images_rotated"
    RETENTION = "retention"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    REPAIRED = "repaired"
    MIGRATED_DOWN = "migrated_down"
    CLIENT_ADDED = "client_added"
    CLIENT_SECRET_ROTATED = "client_secret_rotated"  # noqa: S105 (a name)
    CLIENT_REMOVED = "client_removed"
    OPERATOR_ADDED = "operator_added"
    OPERATOR_REMOVED = "operator_removed"
    CONSOLE_OPENED = "console_opened"
    CONSOLE_VIEWED = "console_viewed"
    CONSOLE_REFUSED = "console_refused"
    CONSOLE_LEFT = "console_left"
    INDEX_REBUILT = "index_rebuilt"
    INDEX_MEASURED = "index_measured"


PROTECTED = "operator_protected"
"""The outcome of an act at the console that is refused because the account is an operator's."""


class PasswordOutcome(StrEnum):
    """How a login by password ended. The client gets the same answer for the last two."""

    MATCHED = "matched"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 (a name)
    UNKNOWN_USERNAME = "unknown_username"


class PasskeyOutcome(StrEnum):
    """How a login by passkey ended, once its challenge was accepted; ``PASSKEY_COPIED`` is an event of its own."""

    MATCHED = "matched"
    UNKNOWN_PASSKEY = "unknown_passkey"
    INVALID = "invalid"
    OTHER_ACCOUNT = "other_account"


class ErasedBy(StrEnum):
    """Who had a face, images, passkeys or an account erased; the value of ``by`` in ``details``."""

    PERSON = "person"
    OPERATOR = "operator"
    RETENTION = "retention"
    DISPUTE = "dispute"


@dataclass(frozen=True)
class Recorded:
    """An event as it is stored."""

    at: datetime
    event: str
    user_id: UUID | None
    outcome: str | None
    details: Mapping[str, str | int]

    def as_json(self) -> dict[str, Any]:
        """Returns the event for JSON, without its empty fields."""
        values = {
            "at": self.at.isoformat(),
            "event": self.event,
            "user_id": str(self.user_id) if self.user_id else None,
            "outcome": self.outcome,
            "details": dict(self.details),
        }
        return {name: value for name, value in values.items() if value}


class Audit:
    """Writes events, and reads the events of one account."""

    def __init__(self, operator: UUID | None = None) -> None:
        """``operator`` acts at the console; their id is then in the details of every event."""
        self._details: Mapping[str, str | int] = {} if operator is None else {"operator": str(operator)}

    def by(self, operator: UUID) -> "Audit":
        """Returns the audit of what an operator does at the console."""
        return Audit(operator)

    def record(
        self,
        work: UnitOfWork,
        event: Event,
        *,
        user_id: UUID | None = None,
        outcome: str | None = None,
        details: Mapping[str, str | int] = {},
    ) -> None:
        """Records what this transaction does. If the transaction is rolled back, so is the event.

        Args:
            work: the transaction of the action.
            event: what happened.
            user_id: the account that it happened to.
            outcome: how it ended, a word defined in this program.
            details: further words and counts, at most 300 characters of JSON; never text from a client.
        """
        audit_events.add(work.session, event, user_id, outcome, {**details, **self._details})

    def record_refusal(
        self, work: UnitOfWork, event: Event, *, user_id: UUID | None = None, outcome: str | None = None
    ) -> None:
        """Records an action that ends in an error, even if the transaction is rolled back; see :meth:`record`."""
        work.do_even_on_rollback(lambda session: audit_events.add(session, event, user_id, outcome, self._details))

    def record_people(
        self, work: UnitOfWork, event: Event, user_ids: Sequence[UUID], *, outcome: str | None = None
    ) -> None:
        """Records the same event for several users, in one statement."""
        audit_events.add_many(work.session, event, user_ids, outcome)

    def of_user(self, work: UnitOfWork, user_id: UUID) -> list[Recorded]:
        """Returns all events of one account, the oldest first."""
        return [recorded(event) for event in audit_events.of_user(work.session, user_id)]


def recorded(event: AuditEvent) -> Recorded:
    """Converts an event from the database."""
    return Recorded(event.at, event.event, event.user_id, event.outcome, event.details)
