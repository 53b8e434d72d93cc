"""Assurance levels of logins: what the service has verified, as access tokens and ID tokens say it."""

from enum import IntEnum, StrEnum
from typing import Literal, NamedTuple

Method = Literal["face", "pwd", "hwk"]
"""How a user was authenticated: the values of ``amr`` (RFC 8176) in use. ``hwk`` is a passkey."""


Requirement = Literal[
    "any", "pwd", "face", "face:passive", "face:challenge", "passkey", "face+passkey", "face:challenge+passkey"
]
"""What an operator may require of logins: any, or a level without its prefix."""

PREFIX = "urn:visage:"


class Liveness(IntEnum):
    """How thoroughly a face was checked to be a live person; a higher value includes the lower ones."""

    NO_FACE = 0
    UNCHECKED = 1
    PASSIVE = 2
    CHALLENGED = 3


class Parts(NamedTuple):
    """What a level consists of."""

    password: bool = False
    face: Liveness = Liveness.NO_FACE
    passkey: bool = False


class Level(StrEnum):
    """The assurance level of a login: the values of ``acr`` (OpenID Connect Core 1.0, section 2) in use."""

    PASSWORD = "urn:visage:pwd"  # noqa: S105 (a name)
    FACE = "urn:visage:face"
    PASSIVE_FACE = "urn:visage:face:passive"
    CHALLENGED_FACE = "urn:visage:face:challenge"
    PASSKEY = "urn:visage:passkey"
    FACE_AND_PASSKEY = "urn:visage:face+passkey"
    CHALLENGED_FACE_AND_PASSKEY = "urn:visage:face:challenge+passkey"

    @property
    def methods(self) -> list[Method]:
        """The authentication methods of this level, for ``amr``."""
        parts = _PARTS[self]
        used: dict[Method, bool] = {"pwd": parts.password, "face": bool(parts.face), "hwk": parts.passkey}
        return [method for method, is_used in used.items() if is_used]

    @property
    def has_face(self) -> bool:
        """Whether the user's face was recognised."""
        return bool(_PARTS[self].face)

    @property
    def has_secret(self) -> bool:
        """Whether the user has shown what a falsely matched face does not have: a password or a passkey."""
        parts = _PARTS[self]
        return parts.password or parts.passkey

    @property
    def is_strong(self) -> bool:
        """Whether the login is sure enough to change the passkeys: by password, by passkey, or by challenged face."""
        return self.has_secret or _PARTS[self].face is Liveness.CHALLENGED

    def satisfies(self, required: "Level") -> bool:
        """Whether this level includes everything that another one requires."""
        reached, asked = _PARTS[self], _PARTS[required]
        return reached.password >= asked.password and reached.face >= asked.face and reached.passkey >= asked.passkey

    def with_passkey(self) -> "Level":
        """Returns the level after the user has also shown a passkey."""
        parts = _PARTS[self]
        if parts.face is Liveness.CHALLENGED:
            return Level.CHALLENGED_FACE_AND_PASSKEY
        return Level.FACE_AND_PASSKEY if parts.face else Level.PASSKEY


def required_level(requirement: Requirement) -> Level | None:
    """Returns the level that a requirement stands for; None for any."""
    return None if requirement == "any" else Level(PREFIX + requirement)


_PARTS = {
    Level.PASSWORD: Parts(password=True),
    Level.FACE: Parts(face=Liveness.UNCHECKED),
    Level.PASSIVE_FACE: Parts(face=Liveness.PASSIVE),
    Level.CHALLENGED_FACE: Parts(face=Liveness.CHALLENGED),
    Level.PASSKEY: Parts(passkey=True),
    Level.FACE_AND_PASSKEY: Parts(face=Liveness.UNCHECKED, passkey=True),
    Level.CHALLENGED_FACE_AND_PASSKEY: Parts(face=Liveness.CHALLENGED, passkey=True),
}
