"""Describes what a view takes and answers, for the OpenAPI document (``openapi``).

Every view of the API has a description. A test fails on a view without one, and another on an answer that is not
described.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from service.http.auth import ATTRIBUTE as AUTH_ATTRIBUTE
from service.http.auth import Declaration, View
from service.http.error_table import Group, codes_of
from service.http.limits import ATTRIBUTE as LIMIT_ATTRIBUTE
from service.http.schemas import Request

ATTRIBUTE = "visage_description"
"""The attribute of a view that holds its description."""

ANY_ERRORS = codes_of(Group.ANY)
BODY_ERRORS = codes_of(Group.BODY)
IMAGE_ERRORS = codes_of(Group.IMAGE)
LOGIN_FACE_ERRORS = codes_of(Group.FACE)
FACE_ERRORS = codes_of(Group.FACE, Group.SEVERAL_CAPTURES)
LIVENESS_ERRORS = codes_of(Group.LIVENESS)
SIGN_UP_ERRORS = codes_of(Group.SIGN_UP)
SLOT_ERRORS = codes_of(Group.SLOT)
DATABASE_ERRORS = codes_of(Group.DATABASE)
STORAGE_ERRORS = codes_of(Group.STORAGE)
TOKEN_ERRORS = codes_of(Group.TOKEN)
FORM_ERRORS = BODY_ERRORS - {"malformed_json", "unsupported_encoding"}
PASSKEY_ERRORS = codes_of(Group.PASSKEY)
LIMIT_ERRORS = codes_of(Group.LIMIT, Group.DATABASE)
"""The codes of each group of ``error_table``, for views to name. A limit is counted in the database."""

AUTH_ERRORS: Mapping[Declaration, Collection[str]] = {
    "public": (),
    "bearer": TOKEN_ERRORS,
    "public or bearer": TOKEN_ERRORS,
    "recent strong login": TOKEN_ERRORS | {"strong_login_required"},
    "recent password": TOKEN_ERRORS | {"password_login_required"},
    "public or recent password": TOKEN_ERRORS | {"password_login_required"},
    "refresh cookie": ("origin_not_allowed",),
    "application": ("not_found", "token_missing", "token_invalid"),
    "comparison": ("not_found", "token_missing", "token_invalid"),
    "metrics": ("token_missing", "token_invalid"),
    "own page": ("origin_not_allowed",),
    "own page with a token": TOKEN_ERRORS | {"origin_not_allowed"},
    "client": (),
    "client token": ("token_missing", "token_invalid"),
    "operator": {*DATABASE_ERRORS, "not_found", "console_session_required", "origin_not_allowed"},
}
"""The codes for callers who may not call, by the declaration of who may."""


@dataclass(frozen=True)
class Description:
    """What a view takes and answers.

    Attributes:
        answers: the type of the body by status; None for an empty body, a media type for a body that is not JSON.
        takes: the types of body that the view takes.
        form: the parameters that the view takes as a form.
        body_required: whether the view needs a body.
        query: the meaning of each query parameter, by name. All of them are optional.
        errors: the codes of failures, without those that follow from the body, the token and the limit.
    """

    answers: Mapping[int, Any]
    takes: Sequence[type[Request]] = ()
    form: type[BaseModel] | None = None
    body_required: bool = True
    query: Mapping[str, str] = field(default_factory=dict)
    errors: Collection[str] = ()


def described(
    answers: Mapping[int, Any],
    *,
    takes: Sequence[type[Request]] = (),
    form: type[BaseModel] | None = None,
    body_required: bool = True,
    query: Mapping[str, str] | None = None,
    errors: Collection[str] = (),
) -> Callable[[View], View]:
    """Gives a view its description; see :class:`Description`."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, Description(answers, takes, form, body_required, query or {}, errors))
        return view

    return mark


def error_codes(view: View) -> frozenset[str]:
    """Every error code that a described view can answer with."""
    description: Description = getattr(view, ATTRIBUTE)
    by_caller = AUTH_ERRORS[getattr(view, AUTH_ATTRIBUTE)]
    by_body = BODY_ERRORS if description.takes else FORM_ERRORS if description.form else frozenset()
    by_limit = LIMIT_ERRORS if hasattr(view, LIMIT_ATTRIBUTE) else frozenset()
    return frozenset({*description.errors, *by_caller, *by_body, *by_limit, *ANY_ERRORS})
