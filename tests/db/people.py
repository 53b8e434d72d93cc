"""People for the tests of the database."""

from sqlalchemy.orm import Session

from db.core.models import User
from db.queries import users


def add_person(session: Session, username: str = "ada", email: str | None = None) -> User:
    """Adds an account of which only the username matters."""
    return users.add_user(
        session, username=username, display_name=username.title(), password_hash="$argon2id$none", email=email
    )
