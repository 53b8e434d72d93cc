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
    standing: RateLimitState | None


class CredentialsError(Exception):
    """The username or the password is wrong; which one is not told."""


class TokenInvalidError(Exception):
    """The token was not issued by this service for this use, or has been revoked."""


class TokenExpiredError(Exception):
    """The token was good once."""


class StorageError(OperatorError):
    """The images cannot be read or written."""

    def __str__(self) -> str:
        """Says why, for an operator."""
        return f"the images cannot be read or written: {self.__cause__}"
