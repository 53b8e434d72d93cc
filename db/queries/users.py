"""Queries on accounts."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, func, select, text, update
from sqlalchemy.orm import Session, undefer

from db.core.models import User
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
    """Adds an account and writes it at once, so that a conflict shows here and the id is known.

    ``user_id`` is one that nobody has; None lets the database draw it.

    Raises:
        UsernameTakenError, EmailTakenError: the unit of work is beyond use and must be rolled back.
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
    """The account without its facial data, or None."""
    return session.get(User, user_id)


def get_with_facial_data(session: Session, user_id: uuid.UUID) -> User | None:
    """The account with its facial data, or None."""
    statement = select(User).where(User.id == user_id).options(undefer(User.facial_data))
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def lock(session: Session, user_id: uuid.UUID, *, exclusively: bool = False) -> User | None:
    """The account as it is now, kept from being changed by anybody else until the transaction ends; or None.

    ``exclusively`` also keeps logins waiting: for whoever takes from somebody what a login may just have verified. They
    lock so from the start, as a login that has begun would wait for a weaker lock, and a stronger one for the login.
    """
    statement = select(User).where(User.id == user_id).with_for_update(key_share=not exclusively)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def hold(session: Session, user_id: uuid.UUID) -> bool:
    """Whether the account exists. An erasure of it then waits until the transaction ends."""
    return _hold(session, User.id == user_id)


def hold_face(session: Session, user_id: uuid.UUID) -> bool:
    """Whether a person still has a face; whoever locks the account exclusively then waits for the transaction.

    Whoever has a template has ``facial_data`` too, of which nothing is read for that.
    """
    return _hold(session, User.id == user_id, User.facial_data.is_not(None))


def hold_password(session: Session, user_id: uuid.UUID, password_hash: str) -> bool:
    """The same of the password that has this hash."""
    return _hold(session, User.id == user_id, User.password_hash == password_hash)


def renew_password_hash(session: Session, user_id: uuid.UUID, old: str, new: str) -> bool:
    """Replaces the hash of a password by another of the same; whether it was still there."""
    renewed = update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new)
    return session.execute(renewed.returning(User.id)).first() is not None


def _hold(session: Session, *conditions: ColumnElement[bool]) -> bool:
    statement = select(User.id).where(*conditions).with_for_update(read=True, key_share=True)
    return session.execute(statement).first() is not None


def find_by_username(session: Session, username: str) -> User | None:
    """The account that a username means (:mod:`db.queries.usernames`), now and without its facial data; or None."""
    statement = select(User).where(User.id == find_id(username))
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


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
