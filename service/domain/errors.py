"""What the services raise. The errors carry data; ``service/http/error_table.py`` gives them messages and statuses.

The errors of the database are in ``db/core/errors.py``, those of images in ``embeddings/core/errors.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from embeddings.core.errors import ImageError
from embeddings.core.types import Reason
from service.domain.operator_errors import OperatorError
from service.domain.rate_limit_state import RateLimitState


@dataclass(eq=False)
class ImageRejectedError(Exception):
    """An upload is not a usable image.

    Attributes:
        index: which image of the request, from 0.
        cause: what is wrong with it.
        pixels: how many pixels were decoded in vain, in this image and the images before it.
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
    """The images are usable, but the faces in them are not.

    Attributes:
        refused: every refused image of the request.
        pixels: how many pixels were decoded in vain.
    """

    refused: Sequence[RefusedCapture]
    pixels: int = 0


class FramesRefusedError(CaptureRefusedError):
    """The frames of a challenge show a person, but the face in them is not usable."""


class LivenessOffError(Exception):
    """The client asks for a challenge, or replies to one, although liveness is off."""


class LivenessRequiredError(Exception):
    """The client sends a face without the reply to a challenge, although liveness is required."""


class ChallengeExpiredError(Exception):
    """The challenge is unknown, for another purpose, used or too old. The client is not told which."""


class LivenessUncertainError(Exception):
    """The images look like a picture of a face. The user may try again, pass a challenge, or log in by password."""


class LivenessReason(StrEnum):
    """Why no live person is recognised in the frames. If several reasons apply, the first in this order is told."""

    PROMPT_NOT_PERFORMED = "prompt_not_performed"
    NOT_LIVE = "not_live"
    DIFFERENT_PEOPLE = Reason.DIFFERENT_PEOPLE.value


@dataclass(eq=False)
class LivenessFailedError(Exception):
    """The frames of a reply do not show a person who does what the challenge asked."""

    reason: LivenessReason


class FaceGoneError(Exception):
    """The face that a login matched has been erased since, for example because a dispute was upheld."""


class FaceAlreadyEnrolledError(Exception):
    """The face belongs to a template of another account."""


class ConsentOutdatedError(Exception):
    """The user agreed to a consent text that is not the current one."""


class InvitationRequiredError(Exception):
    """Sign-up is by invitation, and the request has none."""


class InvitationInvalidError(Exception):
    """The invitation is unknown, used, expired or for somebody else. The client is not told which."""


class InvitationNotFoundError(Exception):
    """The invitation to be withdrawn is unknown, used or expired."""


class LinkInvalidError(Exception):
    """The password link is unknown, used, replaced or expired. The client is not told which."""


class BusyError(Exception):
    """The service is at capacity: the queue is full, or no slot became free in time."""


@dataclass(eq=False)
class TooManyRequestsError(Exception):
    """The client has used up a rate limit.

    Attributes:
        seconds: time until a call is accepted again.
        state: the limit of the client's address or device, with no calls left; None if it has no such limit.
    """

    seconds: float
    state: RateLimitState | None


class PasskeysOffError(Exception):
    """The service has no domain name to which passkeys could be bound."""


class CeremonyExpiredError(Exception):
    """The challenge of a passkey is unknown, for another purpose, used or too old. The client is not told which."""


class PasskeyInvalidError(Exception):
    """The response of an authenticator is malformed, is for another site, or is not verified."""


class PasskeyUnknownError(Exception):
    """No account has the passkey of a login."""


class PasskeyNotFoundError(Exception):
    """The account has no passkey with this id."""


class PasskeyOfAnotherError(Exception):
    """A passkey was to complete a login of another account than its own."""


class PasskeyCopiedError(Exception):
    """The counter of a passkey did not rise since its last use, so there may be a copy of it."""


class TooManyPasskeysError(Exception):
    """The account has as many passkeys as it may have."""


class CredentialsError(Exception):
    """The username or the password is wrong. The client is not told which."""


class TokenInvalidError(Exception):
    """The token was not issued by this service for this use, or has been revoked."""


class TokenExpiredError(Exception):
    """The token was valid but has expired."""


class StorageError(OperatorError):
    """The images cannot be read or written."""

    def __str__(self) -> str:
        """Returns the reason, for an operator."""
        return f"the images cannot be read or written: {self.__cause__}"


class ConsoleSessionRequiredError(Exception):
    """A call of the console has no session of an operator, or not the token of the console's page."""


class ConsoleLoginRequiredError(Exception):
    """The console is opened without a recent login by password, and one by passkey or challenged face."""


class ConsoleProofTooNewError(Exception):
    """The console is opened with a passkey or a face that is newer than the appointment as an operator."""


class NotAnOperatorError(Exception):
    """The console is opened by a user who is no operator."""


class OperatorProtectedError(Exception):
    """An act at the console would change an operator's account. One stolen session must not take over the others."""


class IndexBusyError(Exception):
    """Work on the vector index is to begin while other work on it is under way."""
