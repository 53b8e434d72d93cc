"""The response bodies of enrolment, login by face, and guidance; see ``response_body``."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AliasPath, BeforeValidator, Field

from embeddings.core.types import Reason
from service.faces.guidance import Hint
from service.http.response_body import Body, Seconds, constant
from service.http.responses import TokenResponse, UserResponse
from service.liveness.challenges import Prompt
from service.liveness.frames import MAX_FRAMES, MIN_FRAMES, PER_SECOND

Measures = Mapping[str, float | None]
"""The fields of a measurement by name."""


def _rounded(digits: int) -> BeforeValidator:
    """The fields of a measurement (a dataclass) as a mapping, rounded to so many digits."""

    def rounded(measured: Any) -> Mapping[str, float | None]:
        return {name: None if value is None else round(float(value), digits) for name, value in vars(measured).items()}

    return BeforeValidator(lambda measured: None if measured is None else rounded(measured))


class MatchedResponse(TokenResponse):
    """A login by face."""

    status: Literal["matched"] = constant("matched")
    user: Annotated[UserResponse, Field(validation_alias="person")]


class UnknownResponse(Body):
    """No user was matched, with the other way to log in. The response does not tell why."""

    status: Literal["unknown"] = constant("unknown")
    prompt: Literal["login"] = constant("login")
    login_url: str
    message: str = constant("We could not tell who you are. Try again, or log in with your password.")


class RefusedImageResponse(Body):
    """An image that was refused or left out, and why."""

    index: int
    reasons: Sequence[Reason]


class StoredCaptureResponse(Body):
    """The pose and the quality of one stored capture."""

    pose: Measures
    quality: Measures


def _of_document(name: str) -> Any:
    """A field of the stored document."""
    return Field(validation_alias=AliasPath("document", name))


class FacialDataResponse(Body):
    """What is stored of an enrolment, without the embeddings, and which images are left out."""

    model: Annotated[str, _of_document("model")]
    images: Annotated[int, BeforeValidator(len), _of_document("captures")]
    enrolled_at: Annotated[str, _of_document("enrolled_at")]
    consent: Annotated[Mapping[str, str], _of_document("consent")]
    captures: Annotated[Sequence[StoredCaptureResponse], _of_document("captures")]
    left_out: Sequence[RefusedImageResponse]


class StoredResponse(TokenResponse):
    """A sign-up or a re-enrolment."""

    status: Literal["stored"] = constant("stored")
    user: Annotated[UserResponse, Field(validation_alias="person")]
    facial_data: Annotated[FacialDataResponse, Field(validation_alias="face")]


class InspectionResponse(Body):
    """What one frame shows, and what to change before a picture is taken."""

    faces: int
    box: Annotated[Measures | None, _rounded(4)]
    pose: Annotated[Measures | None, _rounded(2)]
    quality: Annotated[Measures | None, _rounded(2)]
    hints: Sequence[Hint]
    ready: bool


class FramesResponse(Body):
    """How many frames to send in reply to a challenge, and how many to take each second."""

    min: int
    max: int
    per_second: int


class ChallengeResponse(Body):
    """The movements to make, in this order, and the nonce to send back within so many seconds."""

    nonce: str
    prompts: Sequence[Prompt]
    expires_in: Annotated[Seconds, Field(validation_alias="lifetime")]
    frames: FramesResponse = constant(FramesResponse(min=MIN_FRAMES, max=MAX_FRAMES, per_second=PER_SECOND))
