"""The statement that logs in a user whom a search of the gallery has found."""

from sqlalchemy import DateTime, LargeBinary, Text, Uuid
from sqlalchemy.orm import Session

from db.core import prepared_statements
from db.core.prepared_statements import PreparedStatement
from db.queries.refresh_tokens import NewToken
from db.queries.users import SEEN_TODAY

_LET_IN = PreparedStatement(
    f"""
    WITH person AS (
        SELECT id FROM users WHERE id = :user_id AND facial_data IS NOT NULL FOR KEY SHARE
    ), event AS (
        INSERT INTO audit_events (event, user_id, outcome) SELECT :event, id, :outcome FROM person
    ), token AS (
        INSERT INTO refresh_tokens (token_hash, family, user_id, amr, acr, auth_time, created_at, expires_at)
        SELECT :token_hash, :family, id, :amr, :acr, :auth_time, :auth_time, :expires_at FROM person
    ), seen AS (
        UPDATE users SET last_seen_at = now() FROM person WHERE users.id = person.id AND NOT {SEEN_TODAY}
    )
    SELECT count(*) FROM person
    """,  # noqa: S608 (a constant)
    {
        "user_id": Uuid(),
        "event": Text(),
        "outcome": Text(),
        "token_hash": LargeBinary(),
        "family": Uuid(),
        "amr": Text(),
        "acr": Text(),
        "auth_time": DateTime(timezone=True),
        "expires_at": DateTime(timezone=True),
    },
)


def let_in(session: Session, token: NewToken, event: str, outcome: str) -> bool:
    """Records a login by face and starts its session; returns False if the face was erased since the search.

    One statement does what ``audit_events.add``, ``refresh_tokens.add`` and ``users.note_activity`` do, in one round
    trip and one commit. An erasure at the same time waits for it, or comes first, and then the statement finds no user.
    A user without a face has no ``facial_data``; the test for null does not read the document.

    Args:
        session: of a transaction, or of ``Database.single_statements``.
        token: the first of the session.
        event: as ``audit_events.add`` takes it.
        outcome: likewise.
    """
    values = {
        "user_id": token.user_id,
        "event": event,
        "outcome": outcome,
        "token_hash": token.token_hash,
        "family": token.family,
        "amr": token.amr,
        "acr": token.acr,
        "auth_time": token.auth_time,
        "expires_at": token.expires_at,
    }
    return bool(prepared_statements.run(session.connection(), _LET_IN, values).scalar_one())
