"""Assurance levels of logins: the values of ``acr`` that Visage uses."""

from enum import StrEnum


class Level(StrEnum):
    """The assurance level of a login.

    ``PASSIVE_FACE`` is a face that passed the passive liveness check, ``CHALLENGED_FACE`` one that performed random
    movements.
    """

    PASSWORD = "urn:visage:pwd"  # noqa: S105 (a name)
    FACE = "urn:visage:face"
    PASSIVE_FACE = "urn:visage:face:passive"
    CHALLENGED_FACE = "urn:visage:face:challenge"
    PASSKEY = "urn:visage:passkey"
    FACE_AND_PASSKEY = "urn:visage:face+passkey"
    CHALLENGED_FACE_AND_PASSKEY = "urn:visage:face:challenge+passkey"

    @classmethod
    def known(cls, name: str) -> "Level | None":
        """Returns the level of this name; None for one that this version does not know."""
        return cls(name) if name in set(cls) else None

    def satisfies(self, required: "Level") -> bool:
        """Whether this level includes everything that another one requires."""
        return all(mine >= theirs for mine, theirs in zip(_PARTS[self], _PARTS[required], strict=True))


_PARTS = {
    Level.PASSWORD: (1, 0, 0),
    Level.FACE: (0, 1, 0),
    Level.PASSIVE_FACE: (0, 2, 0),
    Level.CHALLENGED_FACE: (0, 3, 0),
    Level.PASSKEY: (0, 0, 1),
    Level.FACE_AND_PASSKEY: (0, 1, 1),
    Level.CHALLENGED_FACE_AND_PASSKEY: (0, 3, 1),
}
"""What each level consists of: a password, how thoroughly the face was checked, a passkey."""
