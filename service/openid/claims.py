"""What ID tokens and ``/openid/userinfo`` say about a user (OpenID Connect Core 1.0, section 5)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import users
from service.accounts.accounts import Accounts
from service.domain.errors import TokenInvalidError

CLAIMS = ("sub", "name", "preferred_username", "email", "email_verified", "face_enrolled", "face_enrolled_at")
"""The claims about a user."""


class Claims:
    """Reads what an application may know about a user."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def of(self, work: UnitOfWork, user_id: UUID, scopes: Collection[str]) -> dict[str, Any] | None:
        """Returns the claims that these scopes allow; None if the account was erased.

        The service sends no mail, so it never says that it has verified an address.
        """
        try:
            profile = self._accounts.profile(work, user_id)
        except TokenInvalidError:
            return None
        claims: dict[str, Any] = {"sub": str(user_id)}
        if "profile" in scopes:
            claims |= {"name": profile.display_name, "preferred_username": profile.username}
        if "email" in scopes and profile.email is not None:
            claims |= {"email": profile.email, "email_verified": False}
        if "face" in scopes:
            at = users.face_enrolled_at(work.session, user_id)
            claims |= {"face_enrolled": at is not None}
            claims |= {} if at is None else {"face_enrolled_at": int(at.timestamp())}
        return claims
