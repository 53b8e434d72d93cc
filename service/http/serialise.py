"""What the services return, as the answers that are sent."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from service.accounts.accounts import Profile
from service.accounts.tokens import AccessToken, Authentication
from service.domain.consent import Wording
from service.domain.errors import RefusedCapture
from service.domain.identity import Identity
from service.faces.guidance import Box, Inspection, Pose, Quality
from service.http.responses import (
    AccountResponse,
    ChallengeResponse,
    ConsentResponse,
    FacialDataResponse,
    InspectionResponse,
    LoginResponse,
    MatchedResponse,
    Measures,
    MeResponse,
    OptionsResponse,
    OwnAccountResponse,
    RefusedImageResponse,
    StoredResponse,
    TokenResponse,
    UnknownResponse,
    UserResponse,
)
from service.liveness.challenges import NewChallenge
from service.liveness.frames import MAX_FRAMES, MIN_FRAMES, PER_SECOND
from service.login.enrolment import Enrolled
from service.settings.settings import Settings


def user_response(identity: Identity) -> UserResponse:
    """Who somebody is."""
    return {"id": str(identity.id), "username": identity.username, "display_name": identity.display_name}


def account_response(account: Profile) -> AccountResponse:
    """Who somebody is, and whether they can log in with their face."""
    return {**user_response(account.identity), "face": account.face}


def me_response(account: Profile, caller: Authentication) -> MeResponse:
    """Who the caller is, and what their token says; see :class:`OwnAccountResponse` for the address."""
    user: AccountResponse | OwnAccountResponse = account_response(account)
    if caller.method == "pwd":
        user = {**account_response(account), "email": account.email}
    return {
        "user": user,
        "amr": [caller.method],
        "acr": caller.level,
        "auth_time": int(caller.at.timestamp()),
        "expires_at": int(caller.expires_at.timestamp()),
    }


def login_response(account: Profile, token: AccessToken) -> LoginResponse:
    """A login by password, or one that goes on."""
    return {"user": account_response(account), **token_response(token)}


def matched_response(person: Identity, token: AccessToken) -> MatchedResponse:
    """A login by face."""
    return {"status": "matched", "user": user_response(person), **token_response(token)}


def unknown_response(login_url: str) -> UnknownResponse:
    """Nobody is told more than that it did not work, and of the other way in."""
    return {
        "status": "unknown",
        "prompt": "login",
        "login_url": login_url,
        "message": "We could not tell who you are. Try again, or log in with your password.",
    }


def stored_response(enrolled: Enrolled, token: AccessToken) -> StoredResponse:
    """What was enrolled, and of whom."""
    return {
        "status": "stored",
        "user": user_response(enrolled.person),
        "facial_data": _facial_data(enrolled.facial_data, enrolled.left_out),
        **token_response(token),
    }


def token_response(token: AccessToken) -> TokenResponse:
    """An access token in the words of RFC 6750."""
    return {
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": int(token.lifetime.total_seconds()),
    }


def inspection_response(inspection: Inspection) -> InspectionResponse:
    """What one frame shows."""
    return {
        "faces": inspection.faces,
        "box": _rounded(inspection.box, 4),
        "pose": _rounded(inspection.pose, 2),
        "quality": _rounded(inspection.quality, 2),
        "hints": list(inspection.hints),
        "ready": inspection.ready,
    }


def images_response(images: Sequence[RefusedCapture]) -> list[RefusedImageResponse]:
    """Images that were refused or left out, and why."""
    return [{"index": image.index, "reasons": list(image.reasons)} for image in images]


def challenge_response(challenge: NewChallenge) -> ChallengeResponse:
    """What somebody is asked to do, and what to send of it."""
    return {
        "nonce": challenge.nonce,
        "prompts": list(challenge.prompts),
        "expires_in": int(challenge.lifetime.total_seconds()),
        "frames": {"min": MIN_FRAMES, "max": MAX_FRAMES, "per_second": PER_SECOND},
    }


def options_response(settings: Settings) -> OptionsResponse:
    """What a page has to ask of people."""
    return {"liveness": settings.liveness, "signup": settings.signup}


def consent_response(wording: Wording) -> ConsentResponse:
    """The words in one language."""
    return {"version": wording.version, "language": wording.language, "text": wording.text}


def _facial_data(document: Mapping[str, Any], left_out: Sequence[RefusedCapture]) -> FacialDataResponse:
    return {
        "model": document["model"],
        "images": len(document["captures"]),
        "enrolled_at": document["enrolled_at"],
        "consent": document["consent"],
        "captures": [{"pose": capture["pose"], "quality": capture["quality"]} for capture in document["captures"]],
        "left_out": images_response(left_out),
    }


def _rounded(values: Box | Pose | Quality | None, digits: int) -> Measures | None:
    """The fields of a measurement, none of which is worth more digits."""
    if values is None:
        return None
    return {name: None if value is None else round(float(value), digits) for name, value in asdict(values).items()}
