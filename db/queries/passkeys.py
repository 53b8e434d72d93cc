"""Queries on passkeys and on the challenges that they sign.

A login locks the account before it reads the passkey and changes the counter, and so does each change of the account's
passkeys (``db.queries.users.lock``). So two logins with one passkey never compare with the same counter.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from db.core.passkey_models import Passkey, PasskeyCeremony


def add(
    session: Session,
    *,
    credential_id: bytes,
    user_id: uuid.UUID,
    public_key: bytes,
    sign_count: int,
    transports: Sequence[str],
    name: str,
    aaguid: uuid.UUID,
    backed_up: bool,
) -> Passkey:
    """Adds a passkey and flushes it, so that a conflict is raised here.

    Args:
        credential_id: 1 to 1023 bytes.
        public_key: a COSE key.
        sign_count: 0 to 2**32 - 1.

    Raises:
        PasskeyTakenError: the unit of work must be rolled back.
    """
    passkey = Passkey(
        credential_id=credential_id,
        user_id=user_id,
        public_key=public_key,
        sign_count=sign_count,
        transports=list(transports),
        name=name,
        aaguid=aaguid,
        backed_up=backed_up,
    )
    session.add(passkey)
    session.flush()
    return passkey


def newest_at(session: Session, user_id: uuid.UUID) -> datetime | None:
    """Returns when the newest passkey of an account was added; None if it has none."""
    return session.scalar(select(func.max(Passkey.created_at)).where(Passkey.user_id == user_id))


def find(session: Session, credential_id: bytes) -> Passkey | None:
    """Returns the current state of the passkey with this id, or None."""
    statement = select(Passkey).where(Passkey.credential_id == credential_id)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def of_user(session: Session, user_id: uuid.UUID) -> Sequence[Passkey]:
    """Returns a person's passkeys, the oldest first."""
    statement = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at, Passkey.credential_id)
    return session.scalars(statement).all()


def count(session: Session, user_id: uuid.UUID) -> int:
    """Counts a person's passkeys."""
    return session.execute(select(func.count()).where(Passkey.user_id == user_id)).scalar_one()


def owners_among(session: Session, user_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Returns those of these accounts that have a passkey."""
    return set(session.scalars(select(Passkey.user_id).where(Passkey.user_id.in_(user_ids))))


def note_use(session: Session, credential_id: bytes, *, sign_count: int, backed_up: bool, now: datetime) -> None:
    """Records a login with a passkey."""
    session.execute(
        update(Passkey)
        .where(Passkey.credential_id == credential_id)
        .values(sign_count=sign_count, backed_up=backed_up, last_used_at=now)
        .execution_options(synchronize_session=False)
    )


def rename(session: Session, user_id: uuid.UUID, credential_id: bytes, name: str) -> Passkey | None:
    """Renames a passkey of a person and returns it; None if the person has no such passkey."""
    statement = update(Passkey).where(*_own(user_id, credential_id)).values(name=name).returning(Passkey)
    return session.scalars(statement.execution_options(synchronize_session=False, populate_existing=True)).one_or_none()


def remove(session: Session, user_id: uuid.UUID, credential_id: bytes) -> bool:
    """Removes a passkey of a person; returns whether there was one."""
    statement = delete(Passkey).where(*_own(user_id, credential_id)).returning(Passkey.credential_id)
    return session.execute(statement.execution_options(synchronize_session=False)).first() is not None


def remove_all(session: Session, user_id: uuid.UUID) -> int:
    """Removes all passkeys of a person; returns how many there were."""
    statement = delete(Passkey).where(Passkey.user_id == user_id).returning(Passkey.credential_id)
    return len(session.execute(statement.execution_options(synchronize_session=False)).all())


def add_ceremony(
    session: Session, challenge_hash: bytes, *, purpose: str, user_id: uuid.UUID | None, expires_at: datetime
) -> None:
    """Adds a challenge; ``challenge_hash`` is its SHA-256, 32 bytes. Raises AccountGoneError."""
    session.execute(
        insert(PasskeyCeremony).values(
            challenge_hash=challenge_hash, purpose=purpose, user_id=user_id, expires_at=expires_at
        )
    )


def spend_ceremony(
    session: Session, challenge_hash: bytes, *, purpose: str, user_id: uuid.UUID | None, now: datetime
) -> bool:
    """Uses a challenge up; returns whether it was valid for this purpose and person.

    Of several calls with one challenge, even at the same time, one succeeds.
    """
    statement = (
        delete(PasskeyCeremony)
        .where(
            PasskeyCeremony.challenge_hash == challenge_hash,
            PasskeyCeremony.purpose == purpose,
            PasskeyCeremony.user_id.is_not_distinct_from(user_id),
            PasskeyCeremony.expires_at > now,
        )
        .returning(PasskeyCeremony.challenge_hash)
    )
    return session.execute(statement.execution_options(synchronize_session=False)).first() is not None


def delete_expired_ceremonies(session: Session, before: datetime) -> None:
    """Deletes challenges that expired before a moment."""
    session.execute(delete(PasskeyCeremony).where(PasskeyCeremony.expires_at < before))


def _own(user_id: uuid.UUID, credential_id: bytes) -> Sequence[ColumnElement[bool]]:
    return Passkey.user_id == user_id, Passkey.credential_id == credential_id
