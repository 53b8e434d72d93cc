"""Accounts with a password: the manual way in, always open."""

from dataclasses import dataclass
from uuid import UUID

from db import users
from db.unit_of_work import UnitOfWork
from service.errors import CredentialsError, TokenInvalidError
from service.identity import Identity
from service.passwords import Passwords


@dataclass(frozen=True)
class Profile:
    """What a person is told of their own account."""

    identity: Identity
    email: str | None


class Accounts:
    """Password logins and what a person may ask of their own account."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords = passwords

    def log_in(self, work: UnitOfWork, username: str, password: str) -> Identity:
        """Who this is; raises CredentialsError without telling whether the username exists."""
        user = users.find_by_username(work.session, username)
        if not self._passwords.matches(password, user.password_hash if user else None) or user is None:
            raise CredentialsError
        return Identity.of(user)

    def profile(self, work: UnitOfWork, user_id: UUID) -> Profile:
        """The account a token speaks of; raises TokenInvalidError where it is gone."""
        user = users.get(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        return Profile(Identity.of(user), user.email)

    def change_password(self, work: UnitOfWork, user_id: UUID, password: str) -> Identity:
        """Sets a new password; the caller ends the person's other sessions. Raises as :meth:`profile`."""
        password_hash = self._passwords.hash(password)
        user = users.get(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        user.password_hash = password_hash
        return Identity.of(user)
