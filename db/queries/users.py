"""Queries on accounts."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, func, select, text, update
from sqlalchemy.orm import Session, undefer

from db.core.models import FaceTemplate, User
from db.queries.usernames import find_id, username_key


def add_user(
    session: Session,
    *,
    username: str,
    display_name: str,
    password_hash: str,
    email: str | None = None,
    facial_data: dict[str, Any] | None = None,
    user_id: uuid.UUID | None = None,
) -> User:
    """Adds an account and flushes it, so that a conflict is raised here and the id is known.

    ``user_id`` must be unused; with None the database draws one.

    Raises:
        UsernameTakenError, EmailTakenError: the unit of work must be rolled back.
    """
    user = User(
        username=username,
        username_key=username_key(username),
        display_name=display_name,
        password_hash=password_hash,
        email=email,
        facial_data=facial_data,
        **({} if user_id is None else {"id": user_id}),
    )
    session.add(user)
    session.flush()
    return user


def get(session: Session, user_id: uuid.UUID) -> User | None:
    """Returns the account without its facial data, or None."""
    return session.get(User, user_id)


def get_with_facial_data(session: Session, user_id: uuid.UUID) -> User | None:
    """Returns the account with its facial data, or None."""
    statement = select(User).where(User.id == user_id).options(undefer(User.facial_data))
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def face_enrolled_at(session: Session, user_id: uuid.UUID) -> datetime | None:
    """Returns when the user last consented to store their face; None if no face is enrolled."""
    statement = select(func.max(func.coalesce(FaceTemplate.consented_at, User.created_at)))
    return session.scalar(statement.join(User, User.id == FaceTemplate.user_id).where(User.id == user_id))


def lock(session: Session, user_id: uuid.UUID, *, exclusively: bool = False) -> User | None:
    """Returns the current account and locks it against other changes until the transaction ends; or None.

    ``exclusively`` also makes logins wait. Use it to remove something that a login may just have verified. Take this
    lock first: after a weaker lock, this transaction and a login could wait for each other.
    """
    statement = select(User).where(User.id == user_id).with_for_update(key_share=not exclusively)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def hold(session: Session, user_id: uuid.UUID) -> bool:
    """Whether the account exists. If so, an erasure of it waits until this transaction ends."""
    return _hold(session, User.id == user_id)


def hold_password(session: Session, user_id: uuid.UUID, password_hash: str) -> bool:
    """Whether the password still has this hash. If so, an exclusive lock waits until this transaction ends."""
    return _hold(session, User.id == user_id, User.password_hash == password_hash)


def renew_password_hash(session: Session, user_id: uuid.UUID, old: str, new: str) -> bool:
    """Replaces the hash of a password by a new hash of the same password; returns whether the old one was still set."""
    renewed = update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new)
    return session.execute(renewed.returning(User.id)).first() is not None


def _hold(session: Session, *conditions: ColumnElement[bool]) -> bool:
    statement = select(User.id).where(*conditions).with_for_update(read=True, key_share=True)
    return session.execute(statement).first() is not None


def find_by_username(session: Session, username: str) -> User | None:
    """Returns the account with this username (:mod:`db.queries.usernames`) without its facial data, or None."""
    statement = select(User).where(User.id == find_id(username))
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def listed(session: Session, after: str = "", limit: int = 500) -> Sequence[User]:
    """Returns the next accounts after a username, ordered by it in lower case, without their facial data."""
    name = func.lower(User.username)
    return session.scalars(select(User).where(name > func.lower(after)).order_by(name).limit(limit)).all()


def with_other_hash(session: Session, user_ids: Collection[uuid.UUID], password_hash: str) -> set[uuid.UUID]:
    """Returns those of these accounts whose password has another hash."""
    is_other = User.password_hash != password_hash
    return set(session.scalars(select(User.id).where(User.id.in_(user_ids), is_other)))


def usernames(session: Session, user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Returns the usernames of those of these accounts that exist."""
    rows = session.execute(select(User.id, User.username).where(User.id.in_(user_ids)))
    return {row.id: row.username for row in rows}


def note_activity(session: Session, user_id: uuid.UUID) -> None:
    """Records a login, at most once a day, so that a person's logins do not wait for each other."""
    session.execute(_NOTE_ACTIVITY, {"user_id": user_id})


SEEN_TODAY = "last_seen_at >= now() - interval '1 day'"
"""SQL for whether a login of the last day is recorded."""

_NOTE_ACTIVITY = text(f"""
    UPDATE users SET last_seen_at = now() WHERE id = :user_id AND NOT {SEEN_TODAY}
""").bindparams(bindparam("user_id", type_=Uuid))  # noqa: S608 (a constant)


def delete(session: Session, user: User) -> None:
    """Erases the account, with its templates, its tokens, its password link, its passkeys and the disputes about it."""
    session.delete(user)
    session.flush()


def set_facial_data(session: Session, user: User, facial_data: dict[str, Any] | None) -> None:
    """Replaces the stored data of the person's face, or erases it if None."""
    user.facial_data = facial_data
    session.flush()
