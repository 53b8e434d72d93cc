"""A user as the services represent one."""

from dataclasses import dataclass
from uuid import UUID

from db.core.models import User


@dataclass(frozen=True)
class Identity:
    """Who a user is; the answer to a login."""

    id: UUID
    username: str
    display_name: str

    @classmethod
    def of(cls, user: User) -> "Identity":
        """Returns the identity of a user in the database."""
        return cls(user.id, user.username, user.display_name)
