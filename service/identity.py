"""A person as the services speak of them."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class _Account(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def username(self) -> str: ...
    @property
    def display_name(self) -> str: ...


@dataclass(frozen=True)
class Identity:
    """Who somebody is: what a login answers with."""

    id: UUID
    username: str
    display_name: str

    @classmethod
    def of(cls, user: _Account) -> "Identity":
        """The identity of a user as the database has it."""
        return cls(user.id, user.username, user.display_name)
