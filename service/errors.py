"""What a call of a service may raise. The errors carry data; service/http/errors.py gives them words and statuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from db.errors import AccountGoneError, BackupError, DatabaseUnavailableError, EmailTakenError, UsernameTakenError
from embeddings.errors import (
    EmptyImageError,
    ImageError,
    ImageTooLargeError,
    NotBase64Error,
    TruncatedImageError,
    UnsupportedImageError,
)
from embeddings.types import Reason
from service.limiting.standing import Standing

__all__ = [
    "AccountGoneError",
    "AccountNotFoundError",
    "AddressError",
    "AdministrationUnderWayError",
    "BackupError",
    "BusyError",
    "CaptureRefusedError",
    "ChallengeExpiredError",
    "ConsentOutdatedError",
    "CredentialsError",
    "DatabaseUnavailableError",
    "DisputeNotFoundError",
    "EmailTakenError",
    "EmptyImageError",
    "FaceAlreadyEnrolledError",
    "FaceGoneError",
    "FramesRefusedError",
    "HomeInUseError",
    "ImageError",
    "ImageKeyError",
    "ImageRejectedError",
    "ImageRotationUnderWayError",
    "ImageTooLargeError",
    "ImportUnderWayError",
    "InvitationInvalidError",
    "InvitationRequiredError",
    "KeyNotFoundError",
    "KeyRotationUnderWayError",
    "LinkInvalidError",
    "LivenessFailedError",
    "LivenessOffError",
    "LivenessReason",
    "LivenessRequiredError",
    "NotBase64Error",
    "OperatorError",
    "Reason",
    "ReembeddingUnderWayError",
    "RefusedCapture",
    "SecretFileError",
    "SettingsError",
    "SigningKeyError",
    "SourceError",
    "StorageError",
    "TokenExpiredError",
    "TokenInvalidError",
    "TooManyRequestsError",
    "TruncatedImageError",
    "UnsupportedImageError",
    "UsernameTakenError",
]


class OperatorError(Exception):
    """What an operator can mend; the message says how."""


class SettingsError(OperatorError):
    """Settings that cannot be used.

    Attributes:
        problems: one line per setting, naming the variable.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(eq=False)
class ImageRejectedError(Exception):
    """An upload that is no usable image.

    Attributes:
        index: which image of the request, from 0.
        cause: what is wrong with it.
        pixels: how many were decoded for nothing, those of the images before it too.
    """

    index: int
    cause: ImageError
    pixels: int = 0


@dataclass(frozen=True)
class RefusedCapture:
    """Why one image was refused or left out: its index in the request, from 0, and at least one reason."""

    index: int
    reasons: Sequence[Reason]


@dataclass(eq=False)
class CaptureRefusedError(Exception):
    """The images are fine but the faces in them are not.

    Attributes:
        refused: every image of the request that is.
        pixels: how many were decoded for nothing.
    """

    refused: Sequence[RefusedCapture]
    pixels: int = 0


class FramesRefusedError(CaptureRefusedError):
    """As its base, of the frames of a challenge: somebody was there, but their face cannot be made use of."""


class LivenessOffError(Exception):
    """Somebody asks for a challenge, or replies to one, where nobody is challenged."""


class LivenessRequiredError(Exception):
    """A face comes without the reply to a challenge where everybody is challenged."""


class ChallengeExpiredError(Exception):
    """The challenge was never given out for this, was replied to before, or is too old; which, is not told."""


class LivenessReason(StrEnum):
    """Why nobody is taken to be before the camera. Of several, the first of these is told."""

    PROMPT_NOT_PERFORMED = "prompt_not_performed"
    NOT_LIVE = "not_live"
    DIFFERENT_PEOPLE = Reason.DIFFERENT_PEOPLE.value


@dataclass(eq=False)
class LivenessFailedError(Exception):
    """The frames of a reply show nobody who does as they were asked."""

    reason: LivenessReason


class FaceGoneError(Exception):
    """The face that a login has matched was erased meanwhile, as when a dispute over it was upheld."""


class FaceAlreadyEnrolledError(Exception):
    """The face belongs to a template of another account."""


class ConsentOutdatedError(Exception):
    """What somebody says they consented to is not what they would have to consent to now."""


class InvitationRequiredError(Exception):
    """Sign-up is by invitation, and there is none."""


class InvitationInvalidError(Exception):
    """The invitation is not known, spent, expired, or for somebody else; which of these is not told."""


class LinkInvalidError(Exception):
    """The password link is not known, spent, replaced or expired; which of these is not told."""


class BusyError(Exception):
    """More is asked for than can be done: the queue is full, or the turn did not come in time."""


@dataclass(eq=False)
class TooManyRequestsError(Exception):
    """Somebody has used up a limit.

    Attributes:
        seconds: until a call will pass again.
        standing: what is left of the limit of their own address or device, where there is one: as good as nothing.
    """

    seconds: float
    standing: Standing | None


class CredentialsError(Exception):
    """The username or the password is wrong; which one is not told."""


class TokenInvalidError(Exception):
    """The token was not issued by this service for this use, or has been revoked."""


class TokenExpiredError(Exception):
    """The token was good once."""


class AccountNotFoundError(OperatorError):
    """An operator names somebody who has no account."""

    def __init__(self, name: str) -> None:
        super().__init__(f"nobody has the username or id {name}")


class AuditTooYoungError(OperatorError):
    """An operator wants events deleted that are to be kept yet."""

    def __init__(self, latest: datetime) -> None:
        super().__init__(f"events are kept for a month at least: name a time before {latest:%Y-%m-%d %H:%M} UTC")


class AddressError(OperatorError):
    """The service cannot listen on its address."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"cannot listen on {address}: {reason}; choose others with VISAGE_HOST and VISAGE_PORT")


class HomeInUseError(OperatorError):
    """Another service runs on the data folder."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"another Visage runs on {home}: stop it, or give this one its own VISAGE_HOME")


class ReembeddingUnderWayError(OperatorError):
    """Another process is re-embedding people of the same database."""

    def __init__(self) -> None:
        super().__init__("another `visage reembed` is at work on this database: let it finish")


class ImportUnderWayError(OperatorError):
    """Another process is importing people into the same database or data folder."""

    def __init__(self) -> None:
        super().__init__("another `visage import` is at work on this database or data folder: let it finish")


class ImageRotationUnderWayError(OperatorError):
    """Another process encrypts the images of the same data folder anew, or copies them."""

    def __init__(self) -> None:
        super().__init__("a `visage images rotate` or `visage backup` is at work on this data folder: let it finish")


class AdministrationUnderWayError(OperatorError):
    """Another process is erasing people by command."""

    def __init__(self) -> None:
        super().__init__("another command that erases people is at work on this data folder: let it finish")


class DisputeNotFoundError(OperatorError):
    """An operator names a dispute that is not there, or is decided."""

    def __init__(self, dispute_id: UUID) -> None:
        super().__init__(f"there is no open dispute {dispute_id}; `visage dispute list` shows those there are")


class SourceError(OperatorError):
    """What is to be imported cannot be read at all, or an export not be written; the message says what to do."""


class SigningKeyError(OperatorError):
    """The file of the signing key is damaged or cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} holds no Ed25519 key that can be read: restore it, or move it away for a new one")


class ImageKeyError(OperatorError):
    """The keys of the images cannot be had; the message says from where, and holds none."""


class SecretFileError(OperatorError):
    """The file of a secret is damaged or cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} holds no secret that can be read: restore it, or move it away for a new one")


class KeyNotFoundError(OperatorError):
    """An operator names a key that is not there."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"there is no key {key_id}; `visage keys list` shows those there are")


class KeyRotationUnderWayError(OperatorError):
    """A new key is waiting to sign; another one now would not make it sign any sooner."""

    def __init__(self, key_id: str, signs_from: datetime) -> None:
        super().__init__(f"{key_id} is published already and signs from {signs_from:%Y-%m-%d %H:%M:%S} UTC on")


class StorageError(OperatorError):
    """The images cannot be read or written."""

    def __str__(self) -> str:
        """Says why, for an operator."""
        return f"the images cannot be read or written: {self.__cause__}"
