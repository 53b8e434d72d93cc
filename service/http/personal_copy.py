"""A person's copy of what is kept of them, as it is sent."""

import base64
from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from service.audit.audit import Recorded
from service.http.responses import UserResponse
from service.http.serialise import user_response
from service.privacy.portability import LEFT_OUT, KeptAccount, PersonalCopy


class ExportedImageResponse(TypedDict):
    """One stored image, as it was sent."""

    name: str
    base64: str


class KeptAccountResponse(UserResponse):
    """An account as it is kept; of the password, whether there is one."""

    email: str | None
    created_at: str
    changed_at: str
    last_seen_at: str
    password: bool


class KeptTemplateResponse(TypedDict):
    """The model of a template, and what was consented to when it was made."""

    model: str
    consent_version: str | None
    consented_at: str | None


class KeptSessionResponse(TypedDict):
    """A login that still stands."""

    acr: str
    auth_time: str
    used_at: str
    expires_at: str


class KeptLinkResponse(TypedDict):
    """A link that sets a password, while it is good."""

    created_at: str
    expires_at: str


class KeptDisputeResponse(TypedDict):
    """How a dispute over an account stands; nothing of whoever raised it."""

    raised_at: str
    decision: str | None
    decided_at: str | None


class EventResponse(TypedDict):
    """Something that is recorded of an account."""

    at: str
    event: str
    outcome: str | None
    details: Mapping[str, str | int]


class ExportResponse(TypedDict):
    """What is kept of a person, and what is left out; the document is null where no face is enrolled."""

    account: KeptAccountResponse
    facial_data: Mapping[str, Any] | None
    templates: list[KeptTemplateResponse]
    images: list[ExportedImageResponse]
    sessions: list[KeptSessionResponse]
    password_link: KeptLinkResponse | None
    disputes: list[KeptDisputeResponse]
    events: list[EventResponse]
    left_out: list[str]


def export_response(kept: PersonalCopy) -> ExportResponse:
    """A person's copy of what is kept of them."""
    images: list[ExportedImageResponse] = [
        {"name": name, "base64": base64.b64encode(data).decode()} for name, data in kept.images
    ]
    link = kept.password_link
    return {
        "account": _kept_account(kept.account),
        "facial_data": kept.facial_data,
        "templates": [
            {
                "model": one.model_id,
                "consent_version": one.consent_version,
                "consented_at": one.consented_at.isoformat() if one.consented_at else None,
            }
            for one in kept.templates
        ],
        "images": images,
        "password_link": None
        if link is None
        else {
            "created_at": link.created_at.isoformat(),
            "expires_at": link.expires_at.isoformat(),
        },
        "disputes": [
            {
                "raised_at": one.raised_at.isoformat(),
                "decision": one.decision,
                "decided_at": one.decided_at.isoformat() if one.decided_at else None,
            }
            for one in kept.disputes
        ],
        "sessions": [
            {
                "acr": one.acr,
                "auth_time": one.auth_time.isoformat(),
                "used_at": one.used_at.isoformat(),
                "expires_at": one.expires_at.isoformat(),
            }
            for one in kept.sessions
        ],
        "events": [_event(event) for event in kept.events],
        "left_out": list(LEFT_OUT),
    }


def _kept_account(account: KeptAccount) -> KeptAccountResponse:
    return {
        **user_response(account.identity),
        "email": account.email,
        "created_at": account.created_at.isoformat(),
        "changed_at": account.changed_at.isoformat(),
        "last_seen_at": account.last_seen_at.isoformat(),
        "password": account.has_password,
    }


def _event(event: Recorded) -> EventResponse:
    return {
        "at": event.at.isoformat(),
        "event": event.event,
        "outcome": event.outcome,
        "details": dict(event.details),
    }
