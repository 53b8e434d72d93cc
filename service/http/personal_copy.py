"""The response body with a copy of a user's data."""

import base64
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from service.http.response_body import Base64Url, Body, Id, Time, constant
from service.http.responses import UserResponse
from service.privacy.portability import LEFT_OUT


class ExportedImageResponse(Body):
    """One stored image, as it was sent."""

    name: str
    base64: str


class KeptAccountResponse(UserResponse):
    """A stored account; of the password, only whether there is one."""

    email: str | None
    created_at: Time
    changed_at: Time
    last_seen_at: Time
    password: Annotated[bool, Field(validation_alias="has_password")]


class KeptTemplateResponse(Body):
    """The model of a template, and the consent to it."""

    model: Annotated[str, Field(validation_alias="model_id")]
    consent_version: str | None
    consented_at: Time | None


class KeptSessionResponse(Body):
    """A session that has not ended; the client is the application, or null for Visage itself."""

    client: Annotated[str | None, Field(validation_alias="client_id")]
    acr: str
    auth_time: Time
    used_at: Time
    expires_at: Time


class KeptConsentResponse(Body):
    """What an application of a third party may know."""

    client: Annotated[str, Field(validation_alias="client_id")]
    scopes: Sequence[str]
    granted_at: Time


class KeptPasskeyResponse(Body):
    """A passkey. Its id and its public key (COSE) are in base64url."""

    id: Annotated[Base64Url, Field(validation_alias="credential_id")]
    name: str
    public_key: Base64Url
    sign_count: int
    aaguid: Id
    transports: Sequence[str]
    backed_up: bool
    created_at: Time
    last_used_at: Time | None


class KeptLinkResponse(Body):
    """A password link that is still valid."""

    created_at: Time
    expires_at: Time


class KeptDisputeResponse(Body):
    """The state of a dispute over the account, without anything about the person who raised it."""

    raised_at: Time
    decision: str | None
    decided_at: Time | None


class EventResponse(Body):
    """A recorded event of the account."""

    at: Time
    event: str
    outcome: str | None
    details: Mapping[str, str | int]


def _encoded(images: Sequence[tuple[str, bytes]]) -> Sequence[Mapping[str, str]]:
    return [{"name": name, "base64": base64.b64encode(data).decode()} for name, data in images]


class ExportResponse(Body):
    """What is stored about a user, and what is left out. The document is null where no face is enrolled."""

    account: KeptAccountResponse
    facial_data: Mapping[str, Any] | None
    templates: Sequence[KeptTemplateResponse]
    images: Annotated[Sequence[ExportedImageResponse], BeforeValidator(_encoded)]
    sessions: Sequence[KeptSessionResponse]
    consents: Sequence[KeptConsentResponse]
    passkeys: Sequence[KeptPasskeyResponse]
    password_link: KeptLinkResponse | None
    disputes: Sequence[KeptDisputeResponse]
    events: Sequence[EventResponse]
    left_out: Sequence[str] = constant(LEFT_OUT)
