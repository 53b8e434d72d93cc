"""What a call of a service may raise. The errors carry data; service/http/errors.py gives them words and statuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.errors import DatabaseUnavailableError, EmailTakenError, UsernameTakenError
from embeddings.errors import (
    EmptyImageError,
    ImageError,
    ImageTooLargeError,
    NotBase64Error,
    TruncatedImageError,
    UnsupportedImageError,
)
from embeddings.types import Reason

__all__ = [
    "CaptureRefusedError",
    "ConsentRequiredError",
    "CredentialsError",
    "DatabaseUnavailableError",
    "EmailTakenError",
    "EmptyImageError",
    "FaceAlreadyEnrolledError",
    "ImageError",
    "ImageRejectedError",
    "ImageTooLargeError",
    "NotBase64Error",
    "PasswordLoginRequiredError",
    "Reason",
    "RefusedCapture",
    "RequestError",
    "SettingsError",
    "StorageError",
    "TokenExpiredError",
    "TokenInvalidError",
    "TokenMissingError",
    "TruncatedImageError",
    "UnsupportedImageError",
    "UsernameTakenError",
]


class SettingsError(Exception):
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
    """

    index: int
    cause: ImageError


@dataclass(frozen=True)
class RefusedCapture:
    """Why one image was refused: its index in the request, from 0, and at least one reason."""

    index: int
    reasons: Sequence[Reason]


@dataclass(eq=False)
class CaptureRefusedError(Exception):
    """The images are fine but the faces in them are not; lists every refused image of the request."""

    refused: Sequence[RefusedCapture]


class ConsentRequiredError(Exception):
    """A sign-up without the person's consent to the use of their face."""


class FaceAlreadyEnrolledError(Exception):
    """The face belongs to a template of another account."""


class CredentialsError(Exception):
    """The username or the password is wrong; which one is not told."""


class TokenMissingError(Exception):
    """The call needs a token and has none."""


class TokenInvalidError(Exception):
    """The token was not issued by this service for this use, or has been revoked."""


class TokenExpiredError(Exception):
    """The token was good once."""


class PasswordLoginRequiredError(Exception):
    """The call needs a token from a password login a few minutes old."""


class StorageError(Exception):
    """The images cannot be written."""


@dataclass(eq=False)
class RequestError(Exception):
    """A request whose fields are missing, of the wrong type or out of range.

    Attributes:
        fields: what is wrong, by the field's path in the body.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
