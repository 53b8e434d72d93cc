"""A person as the services speak of them."""

from dataclasses import dataclass
from uuid import UUID

from db.core.models import User


@dataclass(frozen=True)
class Identity:
    """Who somebody is: what a login answers with."""

    id: UUID
    username: str
    display_name: str

    @classmethod
    def of(cls, user: User) -> "Identity":
        """The identity of a user as the database has it."""
        return cls(user.id, user.username, user.display_name)
