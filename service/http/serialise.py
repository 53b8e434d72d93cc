"""What the services return, as the answers that are sent."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from service.accounts import Profile
from service.challenging.challenges import NewChallenge
from service.challenging.frames import MAX_FRAMES, MIN_FRAMES, PER_SECOND
from service.consent import Wording
from service.enrolment import Enrolled
from service.errors import RefusedCapture
from service.guidance import Box, Inspection, Pose, Quality
from service.http.answers import (
    AccountAnswer,
    ChallengeAnswer,
    ConsentAnswer,
    FacialDataAnswer,
    InspectionAnswer,
    LoginAnswer,
    MatchedAnswer,
    MeAnswer,
    Measures,
    OptionsAnswer,
    OwnAccountAnswer,
    RefusedImageAnswer,
    StoredAnswer,
    TokenAnswer,
    UnknownAnswer,
    UserAnswer,
)
from service.identity import Identity
from service.settings import Settings
from service.tokens import AccessToken, Authentication


def user_answer(identity: Identity) -> UserAnswer:
    """Who somebody is."""
    return {"id": str(identity.id), "username": identity.username, "display_name": identity.display_name}


def account_answer(account: Profile) -> AccountAnswer:
    """Who somebody is, and whether they can log in with their face."""
    return {**user_answer(account.identity), "face": account.face}


def me_answer(account: Profile, caller: Authentication) -> MeAnswer:
    """Who the caller is, and what their token says; see :class:`OwnAccountAnswer` for the address."""
    user: AccountAnswer | OwnAccountAnswer = account_answer(account)
    if caller.method == "pwd":
        user = {**account_answer(account), "email": account.email}
    return {
        "user": user,
        "amr": [caller.method],
        "acr": caller.level,
        "auth_time": int(caller.at.timestamp()),
        "expires_at": int(caller.expires_at.timestamp()),
    }


def login_answer(account: Profile, token: AccessToken) -> LoginAnswer:
    """A login by password, or one that goes on."""
    return {"user": account_answer(account), **token_answer(token)}


def matched_answer(person: Identity, token: AccessToken) -> MatchedAnswer:
    """A login by face."""
    return {"status": "matched", "user": user_answer(person), **token_answer(token)}


def unknown_answer(login_url: str) -> UnknownAnswer:
    """Nobody is told more than that it did not work, and of the other way in."""
    return {
        "status": "unknown",
        "prompt": "login",
        "login_url": login_url,
        "message": "We could not tell who you are. Try again, or log in with your password.",
    }


def stored_answer(enrolled: Enrolled, token: AccessToken) -> StoredAnswer:
    """What was enrolled, and of whom."""
    return {
        "status": "stored",
        "user": user_answer(enrolled.person),
        "facial_data": _facial_data(enrolled.facial_data, enrolled.left_out),
        **token_answer(token),
    }


def token_answer(token: AccessToken) -> TokenAnswer:
    """An access token in the words of RFC 6750."""
    return {
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": int(token.lifetime.total_seconds()),
    }


def inspection_answer(inspection: Inspection) -> InspectionAnswer:
    """What one frame shows."""
    return {
        "faces": inspection.faces,
        "box": _rounded(inspection.box, 4),
        "pose": _rounded(inspection.pose, 2),
        "quality": _rounded(inspection.quality, 2),
        "hints": list(inspection.hints),
        "ready": inspection.ready,
    }


def images_answer(images: Sequence[RefusedCapture]) -> list[RefusedImageAnswer]:
    """Images that were refused or left out, and why."""
    return [{"index": image.index, "reasons": list(image.reasons)} for image in images]


def challenge_answer(challenge: NewChallenge) -> ChallengeAnswer:
    """What somebody is asked to do, and what to send of it."""
    return {
        "nonce": challenge.nonce,
        "prompts": list(challenge.prompts),
        "expires_in": int(challenge.lifetime.total_seconds()),
        "frames": {"min": MIN_FRAMES, "max": MAX_FRAMES, "per_second": PER_SECOND},
    }


def options_answer(settings: Settings) -> OptionsAnswer:
    """What a page has to ask of people."""
    return {"liveness": settings.liveness, "signup": settings.signup}


def consent_answer(wording: Wording) -> ConsentAnswer:
    """The words in one language."""
    return {"version": wording.version, "language": wording.language, "text": wording.text}


def _facial_data(document: Mapping[str, Any], left_out: Sequence[RefusedCapture]) -> FacialDataAnswer:
    return {
        "model": document["model"],
        "images": len(document["captures"]),
        "enrolled_at": document["enrolled_at"],
        "consent": document["consent"],
        "captures": [{"pose": capture["pose"], "quality": capture["quality"]} for capture in document["captures"]],
        "left_out": images_answer(left_out),
    }


def _rounded(values: Box | Pose | Quality | None, digits: int) -> Measures | None:
    """The fields of a measurement, none of which is worth more digits."""
    if values is None:
        return None
    return {name: None if value is None else round(float(value), digits) for name, value in asdict(values).items()}
