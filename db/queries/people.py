"""Searches accounts for an operator, at a bounded cost for any number of accounts.

Pages are in the order of the lower-case username, which has an index. A search for a part of a username, an address or
a display name reads every row, so it is only for a small table. In a larger one the index finds the usernames that
begin with a prefix. It is read from the prefix on. Usernames without the prefix are left out: they follow the others,
and in some collations also stand between them.
"""

import contextlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, or_, select, text
from sqlalchemy.orm import Session

from db.core.models import User
from db.queries.usernames import find_id

PARTS = 100_000
"""The most accounts that are searched for a part. Reading a million took 2 s on two busy cores (measured)."""

PREFIX_ROWS = 1_000
"""Accounts that are read from the prefix on, for a page. In a collation that ignores punctuation, a few usernames
without the prefix stand between those with it."""

_ESTIMATE = text("""
    SELECT greatest(reltuples, pg_stat_get_live_tuples(oid)) FROM pg_class WHERE oid = 'users'::regclass
""")

_NAME = func.lower(User.username)


class Listed(NamedTuple):
    """An account in a list."""

    id: uuid.UUID
    username: str
    display_name: str
    email: str | None
    created_at: datetime
    last_seen_at: datetime


_COLUMNS = (User.id, User.username, User.display_name, User.email, User.created_at, User.last_seen_at)


def count(session: Session) -> int:
    """Returns the number of accounts; the server's estimate if it is more than ``PARTS``."""
    estimate = int(session.execute(_ESTIMATE).scalar_one())
    return session.execute(select(func.count()).select_from(User)).scalar_one() if estimate <= PARTS else estimate


def everyone(session: Session, after: str, limit: int) -> Sequence[Listed]:
    """Returns the accounts after a username; the first ones after an empty text."""
    return _listed(session, _following(after).limit(limit))


def exactly(session: Session, wanted: str) -> Sequence[Listed]:
    """Returns the accounts with this id, username in any spelling, or email address: three at most."""
    is_wanted = [User.id == find_id(wanted), func.lower(User.email) == func.lower(wanted)]
    with contextlib.suppress(ValueError):
        is_wanted.append(User.id == uuid.UUID(wanted))
    return _listed(session, select(*_COLUMNS).where(or_(*is_wanted)).order_by(_NAME))


def with_part(session: Session, part: str, after: str, limit: int) -> Sequence[Listed]:
    """Returns accounts with this part in their username, email address or display name; reads all accounts."""
    wanted = func.lower(literal(part))
    is_in = [func.strpos(func.lower(column), wanted) > 0 for column in (User.username, User.email, User.display_name)]
    return _listed(session, _following(after).where(or_(*is_in)).limit(limit))


def with_prefix(session: Session, prefix: str, after: str, limit: int) -> Sequence[Listed]:
    """Returns accounts whose username has this prefix; reads up to ``PREFIX_ROWS`` accounts."""
    wanted = func.lower(literal(prefix))
    nearby = _following(after).where(wanted <= _NAME).limit(PREFIX_ROWS).subquery()
    name = func.lower(nearby.c.username)
    return _listed(session, select(nearby).where(func.starts_with(name, wanted)).order_by(name).limit(limit))


def _following(after: str) -> Select[*tuple[Any, ...]]:
    statement = select(*_COLUMNS).order_by(_NAME)
    return statement.where(func.lower(literal(after)) < _NAME) if after else statement


def _listed(session: Session, statement: Select[*tuple[Any, ...]]) -> Sequence[Listed]:
    return [Listed(*row) for row in session.execute(statement)]
