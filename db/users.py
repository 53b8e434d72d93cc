"""Queries on accounts."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Uuid, bindparam, func, select, text
from sqlalchemy.orm import Session, undefer

from db.models import User


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
    """Adds an account and writes it at once, so that a conflict shows here and the id is known.

    ``user_id`` is one that nobody has; None lets the database draw it.

    Raises:
        UsernameTakenError, EmailTakenError: the unit of work is beyond use and must be rolled back.
    """
    user = User(
        username=username,
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
    """The account without its facial data, or None."""
    return session.get(User, user_id)


def get_with_facial_data(session: Session, user_id: uuid.UUID) -> User | None:
    """The account with its facial data, or None."""
    statement = select(User).where(User.id == user_id).options(undefer(User.facial_data))
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def lock(session: Session, user_id: uuid.UUID) -> User | None:
    """The account as it is now, kept from being changed by anybody else until the transaction ends; or None."""
    statement = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def find_by_username(session: Session, username: str) -> User | None:
    """The account with this username, whatever its case, without its facial data; or None."""
    return session.scalars(select(User).where(func.lower(User.username) == func.lower(username))).one_or_none()


def listed(session: Session, after: str = "", limit: int = 500) -> Sequence[User]:
    """The accounts that come next after a username, by it in lower case, without their facial data."""
    name = func.lower(User.username)
    return session.scalars(select(User).where(name > func.lower(after)).order_by(name).limit(limit)).all()


def note_activity(session: Session, user_id: uuid.UUID) -> None:
    """Notes that somebody is logging in, at most once a day, so that nobody's logins wait for each other."""
    session.execute(_NOTE_ACTIVITY, {"user_id": user_id})


_NOTE_ACTIVITY = text("""
    UPDATE users SET last_seen_at = now() WHERE id = :user_id AND last_seen_at < now() - interval '1 day'
""").bindparams(bindparam("user_id", type_=Uuid))


def delete(session: Session, user: User) -> None:
    """Erases the account, and with it its templates and refresh tokens."""
    session.delete(user)
    session.flush()


def set_facial_data(session: Session, user: User, facial_data: dict[str, Any] | None) -> None:
    """Replaces what is known of the person's face, or erases it with None."""
    user.facial_data = facial_data
    session.flush()
