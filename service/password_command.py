"""``visage password``: gives somebody a password, who was imported without one or has forgotten theirs."""

from datetime import UTC, datetime

from db import refresh_tokens, users
from db.engine import create_database
from service.audit import Audit, Event
from service.errors import AccountNotFoundError
from service.passwords import Passwords


def set_password(url: str, username: str, password: str) -> None:
    """Sets it and ends the person's sessions.

    Args:
        url: of the database, migrated.
        username: whatever its case.
        password: as long as ``service.names.NewPassword`` asks for.

    Raises:
        AccountNotFoundError: nobody has this username.
        DatabaseError: the database went away, or is not migrated.
    """
    database = create_database(url)
    password_hash = Passwords().hash(password)
    with database.unit_of_work() as work:
        user = users.find_by_username(work.session, username)
        if user is None:
            raise AccountNotFoundError(username)
        user.password_hash = password_hash
        refresh_tokens.revoke_user(work.session, user.id, datetime.now(UTC))
        Audit().record(work, Event.PASSWORD_SET, user_id=user.id)
    database.dispose()
