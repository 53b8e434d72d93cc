"""What a view takes and answers, said beside it; ``openapi`` makes the document of it.

Every view of the API carries such a description, as it carries the declaration of who may call it: a test fails on one
that has none, and another on an answer that is not described.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.domain.errors import Reason
from service.http.auth import ATTRIBUTE as AUTH_ATTRIBUTE
from service.http.auth import Declaration, View
from service.http.limits import ATTRIBUTE as LIMIT_ATTRIBUTE
from service.http.schemas import Request

ATTRIBUTE = "visage_description"
"""The name under which a view carries its description."""

BODY_ERRORS = frozenset(
    {
        "malformed_json",
        "invalid_request",
        "unsupported_media_type",
        "unsupported_encoding",
        "request_too_large",
        "request_timeout",
    }
)
"""Codes that any call with a body may be answered with."""

ANY_ERRORS = frozenset({"bad_request", "host_missing", "internal"})
"""Codes that any call may be answered with."""

IMAGE_ERRORS = frozenset(
    {
        "image_not_base64",
        "image_empty",
        "image_not_supported",
        "image_damaged",
        "image_truncated",
        "image_too_large",
    }
)
LOGIN_FACE_ERRORS = frozenset(set(Reason) - {Reason.SAME_PICTURE, Reason.SAME_POSE})
FACE_ERRORS = frozenset(Reason)
"""Codes of what is wrong with an image, with the faces of a login, and with those of a sign-up."""

LIVENESS_ERRORS = frozenset({"liveness_off", "liveness_required", "liveness_failed", "challenge_expired"})
"""Codes of calls that may be, or have to be, replies to a challenge."""

SLOT_ERRORS = frozenset({"busy"})
DATABASE_ERRORS = frozenset({"database_unavailable"})
"""Codes of calls that take a slot (``service.limiting.admission``), and of those that ask the database."""

TOKEN_ERRORS = frozenset({"token_missing", "token_invalid", "token_expired"})

LIMIT_ERRORS = DATABASE_ERRORS | {"too_many_requests"}
"""Codes of calls that are limited (``service.http.limits``)."""

AUTH_ERRORS: Mapping[Declaration, Collection[str]] = {
    "public": (),
    "bearer": TOKEN_ERRORS,
    "recent password": TOKEN_ERRORS | {"password_login_required"},
    "public or recent password": TOKEN_ERRORS | {"password_login_required"},
    "refresh cookie": ("origin_not_allowed",),
    "application": ("not_found", "token_missing", "token_invalid"),
    "metrics": ("token_missing", "token_invalid"),
}
"""Codes of callers who may not call, by who may."""


@dataclass(frozen=True)
class Description:
    """What goes in and out.

    Attributes:
        answers: the type of the body by status; None for an empty one, a media type for what is not JSON.
        takes: the bodies that are taken; of several, one of them.
        body_required: whether there has to be one.
        query: what the parameters after the ? mean, by name. None of them is required.
        errors: the codes of failures that neither the body, the caller's token nor a limit explains.
    """

    answers: Mapping[int, Any]
    takes: Sequence[type[Request]] = ()
    body_required: bool = True
    query: Mapping[str, str] = field(default_factory=dict)
    errors: Collection[str] = ()


def described(
    answers: Mapping[int, Any],
    *,
    takes: Sequence[type[Request]] = (),
    body_required: bool = True,
    query: Mapping[str, str] | None = None,
    errors: Collection[str] = (),
) -> Callable[[View], View]:
    """Says of a view what it takes and answers; see :class:`Description`."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, Description(answers, takes, body_required, query or {}, errors))
        return view

    return mark


def error_codes(view: View) -> frozenset[str]:
    """Every code that a described view may be answered with."""
    description: Description = getattr(view, ATTRIBUTE)
    by_caller = AUTH_ERRORS[getattr(view, AUTH_ATTRIBUTE)]
    by_body = BODY_ERRORS if description.takes else frozenset()
    by_limit = LIMIT_ERRORS if hasattr(view, LIMIT_ATTRIBUTE) else frozenset()
    return frozenset({*description.errors, *by_caller, *by_body, *by_limit, *ANY_ERRORS})
